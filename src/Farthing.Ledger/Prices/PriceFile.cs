using Farthing.Ledger.Money;

namespace Farthing.Ledger.Prices;

/// <summary>The forms that a file of prices may have.</summary>
public enum PriceFileFormat
{
    /// <summary>Farthing's price book in YAML.</summary>
    Yaml,

    /// <summary>Farthing's price book as CSV: prices, or exchange rates.</summary>
    Csv,

    /// <summary>LiteLLM's public price list, JSON.</summary>
    LiteLlm,
}

/// <summary>Prices that were read from a file.</summary>
/// <param name="Book">The prices and rates.</param>
/// <param name="Format">What the file is.</param>
/// <param name="Models">Of a foreign list, how many models have prices that were taken; else 0.</param>
/// <param name="Left">What of a foreign list was not taken, and why.</param>
public sealed record PriceFile(PriceBook Book, PriceFileFormat Format, int Models, IReadOnlyList<LeftPrice> Left)
{
    /// <summary>A longer file is refused.</summary>
    public const long MaxBytes = 64L * 1024 * 1024;

    /// <summary>Reads a file whose ending says what it is: .yaml, .yml, .csv or .json.</summary>
    /// <param name="path">The file.</param>
    /// <param name="from">From when the prices hold, for a list that has no dates.</param>
    /// <param name="source">Where the prices come from, for a list that does not say; null for the file's name.</param>
    /// <param name="rateOn">Exchange rates that are known besides the file's.</param>
    /// <exception cref="PriceBookException">It can't be used; the errors say the lines.</exception>
    /// <exception cref="IOException">The file can't be read.</exception>
    public static PriceFile Load(string path, DateTimeOffset from, string? source, Func<Currency, DateOnly, FxRate?> rateOn)
    {
        var file = new FileInfo(path);
        if (file.Length > MaxBytes)
        {
            throw new PriceBookException(file.Name, [new PriceBookError(1, $"the file is over {MaxBytes / 1024 / 1024} MB, which is too long for a price list.")]);
        }

        switch (file.Extension.ToLowerInvariant())
        {
            case ".yaml" or ".yml":
                return new PriceFile(PriceBook.Parse(File.ReadAllText(path), file.Name, rateOn), PriceFileFormat.Yaml, 0, []);
            case ".csv":
                using (var stream = file.OpenRead())
                {
                    return new PriceFile(new PriceCsvReader(file.Name, rateOn).Read(stream), PriceFileFormat.Csv, 0, []);
                }

            case ".json":
                var reader = new LiteLlmReader(file.Name, File.ReadAllBytes(path), from, source ?? file.Name);
                var book = reader.Read();
                return new PriceFile(book, PriceFileFormat.LiteLlm, reader.Models, reader.Left);
            default:
                throw new PriceBookException(file.Name, [new PriceBookError(1, "the file's ending must say what it is: .yaml, .csv, or .json for LiteLLM's list.")]);
        }
    }
}
