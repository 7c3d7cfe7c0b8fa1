using System.CommandLine.Parsing;
using System.Globalization;
using Farthing.Ledger.Money;

namespace Farthing.Commands;

/// <summary>What a command line asks <c>farthing cache tune</c> for.</summary>
internal sealed record CacheTuneLine
{
    private const int MaxThresholds = 1000;

    public required string Pairs { get; init; }

    public required string Model { get; init; }

    public required string? Lists { get; init; }

    /// <summary>Rising, at least one.</summary>
    public required IReadOnlyList<decimal> Thresholds { get; init; }

    public required double MaxFalse { get; init; }

    public required string? Plot { get; init; }

    /// <summary>What a request costs; null to ask the price book.</summary>
    public required Amount? Price { get; init; }

    public required string Resource { get; init; }

    public required long InputTokens { get; init; }

    public required long OutputTokens { get; init; }

    public required string? Prices { get; init; }

    public required bool Json { get; init; }

    /// <summary>Reads a command line; null, and every error, where it can't be followed.</summary>
    public static (CacheTuneLine? Line, IReadOnlyList<string> Errors) Read(SymbolResult line, Places places)
    {
        var options = new OptionReader(line);
        string? Path(System.CommandLine.Option<string?> option) => options.Filled(option) is { } path ? places.Full(path) : null;
        var read = new CacheTuneLine
        {
            Pairs = places.Full(line.GetValue(CacheTuneOptions.Pairs) is { Length: > 0 } pairs ? pairs : "."),
            Model = Path(CacheTuneOptions.Model) ?? places.Embedder(),
            Lists = Path(CacheTuneOptions.Lists),
            Thresholds = Range(options),
            MaxFalse = options.Number(CacheTuneOptions.MaxFalse, 0, 1) ?? 0.001,
            Plot = Path(CacheTuneOptions.Plot),
            Price = ReadPrice(options),
            Resource = options.Filled(CacheTuneOptions.Resource) ?? "llm/openai/gpt-4o-mini",
            InputTokens = options.Whole(CacheTuneOptions.InputTokens, 0, 10_000_000) ?? 300,
            OutputTokens = options.Whole(CacheTuneOptions.OutputTokens, 0, 10_000_000) ?? 150,
            Prices = Path(CacheTuneOptions.Prices),
            Json = line.GetValue(SharedOptions.Json),
        };
        if (line.GetValue(CacheTuneOptions.Pairs) is "")
        {
            options.Refuse("The file of pairs has an empty name. Name one.");
        }

        if (read.Price is not null && (options.Text(CacheTuneOptions.Resource) ?? options.Text(CacheTuneOptions.Prices)
            ?? options.Text(CacheTuneOptions.InputTokens) ?? options.Text(CacheTuneOptions.OutputTokens)) is not null)
        {
            options.Refuse("--price-per-request says the price, so --resource, --prices, --input-tokens and --output-tokens have nothing to say. Leave one or the other out.");
        }

        return options.Errors.Count == 0 ? (read, []) : (null, options.Errors);
    }

    private static List<decimal> Range(OptionReader options)
    {
        decimal from = Threshold(options, CacheTuneOptions.From, 0, 0.90m);
        decimal to = Threshold(options, CacheTuneOptions.To, 0, 0.99m);
        decimal step = Threshold(options, CacheTuneOptions.Step, 0.001m, 0.01m);
        var thresholds = new List<decimal>();
        if (options.Errors.Count == 0 && from > to)
        {
            options.Refuse(string.Create(CultureInfo.InvariantCulture, $"--from {from} is above --to {to}. Swap them, or write both."));
            return thresholds;
        }

        for (decimal threshold = from; threshold <= to && thresholds.Count < MaxThresholds; threshold += step)
        {
            thresholds.Add(threshold);
        }

        return thresholds;
    }

    private static decimal Threshold(OptionReader options, System.CommandLine.Option<string?> option, decimal min, decimal fallback) =>
        options.Number(option, (double)min, 1) is { } value ? Math.Round((decimal)value, 6) : fallback;

    private static Amount? ReadPrice(OptionReader options)
    {
        if (options.Filled(CacheTuneOptions.PricePerRequest) is not { } text)
        {
            return null;
        }

        try
        {
            Amount price = Amount.Parse(text);
            if (price.Units >= 0)
            {
                return price;
            }
        }
        catch (Exception error) when (error is FormatException or OverflowException)
        {
            // One sentence for all of them.
        }

        options.Refuse($"--price-per-request '{text}' is no price in US dollars. Write a decimal with up to 12 places, such as 0.000135.");
        return null;
    }
}
