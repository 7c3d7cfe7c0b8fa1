using System.Collections.Frozen;
using Farthing.Ledger.Money;

namespace Farthing.Ledger.Prices;

/// <summary>
/// An immutable snapshot of dated prices and exchange rates, read from YAML.
/// A missing price is no price: what it would price is posted as unpriced, never as 0.
/// </summary>
public sealed class PriceBook
{
    private readonly FrozenDictionary<(string Resource, string Meter), PriceVersion[]> _prices;
    private readonly FrozenDictionary<Currency, FxRate[]> _rates;

    internal PriceBook(IReadOnlyList<PriceVersion> prices, IReadOnlyList<FxRate> rates)
    {
        Prices = prices;
        Rates = rates;
        _prices = prices
            .GroupBy(static price => (price.Resource, price.Meter))
            .ToFrozenDictionary(static group => group.Key, static group => group.OrderBy(price => price.From).ToArray());
        _rates = rates
            .GroupBy(static rate => rate.Currency)
            .ToFrozenDictionary(static group => group.Key, static group => group.OrderBy(rate => rate.Day).ToArray());
    }

    /// <summary>Every price, in the order of the file.</summary>
    public IReadOnlyList<PriceVersion> Prices { get; }

    /// <summary>Every exchange rate, in the order of the file.</summary>
    public IReadOnlyList<FxRate> Rates { get; }

    /// <summary>The YAML of the book that is used when no other is given, with comments for whoever edits a copy.</summary>
    public static string DefaultYaml()
    {
        using var stream = typeof(PriceBook).Assembly.GetManifestResourceStream("Farthing.Ledger.Prices.default-prices.yaml")!;
        using var reader = new StreamReader(stream);
        return reader.ReadToEnd();
    }

    /// <summary>The book that is used when no other is given.</summary>
    public static PriceBook Default() => Parse(DefaultYaml(), "default-prices.yaml");

    /// <summary>Reads a book from a file.</summary>
    /// <exception cref="PriceBookException">It can't be used; all errors are reported at once.</exception>
    /// <exception cref="IOException">The file can't be read.</exception>
    public static PriceBook Load(string path)
    {
        var file = new FileInfo(path);
        return file.Length <= PriceBookReader.MaxCharacters
            ? Parse(File.ReadAllText(path), file.Name)
            : throw new PriceBookException(file.Name, [PriceBookReader.TooLong]);
    }

    /// <summary>Reads a book from YAML text.</summary>
    /// <param name="yaml">The text.</param>
    /// <param name="name">What to call it in messages.</param>
    /// <exception cref="PriceBookException">It can't be used; all errors are reported at once.</exception>
    public static PriceBook Parse(string yaml, string name = "price book") => new PriceBookReader(name).Read(yaml);

    /// <summary>The version in force at an instant; null when there is none.</summary>
    public PriceVersion? Find(string resource, string meter, DateTimeOffset instant) =>
        _prices.TryGetValue((resource, meter), out var versions)
            ? Array.FindLast(versions, version => version.Covers(instant))
            : null;

    /// <summary>The last rate on or before a day (UTC); null when there is none.</summary>
    public FxRate? FindRate(Currency currency, DateOnly day) =>
        _rates.TryGetValue(currency, out var rates) ? Array.FindLast(rates, rate => rate.Day <= day) : null;
}
