using System.Collections.Frozen;
using Farthing.Ledger.Money;

namespace Farthing.Ledger.Prices;

/// <summary>
/// An immutable snapshot of dated prices and exchange rates, read from YAML.
/// A missing price is no price: what it would price is posted as unpriced, never as 0.
/// </summary>
public sealed class PriceBook
{
    private readonly FrozenDictionary<(string Resource, string Meter), PricePeriod[]> _prices;
    private readonly FrozenDictionary<Currency, FxRate[]> _rates;
    private readonly FrozenDictionary<(string Resource, string Service), long[]> _promptTiers;

    internal PriceBook(IReadOnlyList<PriceVersion> prices, IReadOnlyList<FxRate> rates)
        : this([.. prices.Select(static price => new PricePeriod(price.From, price.To, price))], prices, rates)
    {
    }

    /// <summary>A book in which a version may hold for less than it was first said to.</summary>
    internal PriceBook(IReadOnlyList<PricePeriod> periods, IReadOnlyList<PriceVersion> prices, IReadOnlyList<FxRate> rates)
    {
        (Periods, Prices, Rates) = (periods, prices, rates);
        _prices = periods
            .GroupBy(static period => (period.Price.Resource, period.Price.Meter))
            .ToFrozenDictionary(static group => group.Key, static group => group.OrderBy(period => period.From).ToArray());
        _promptTiers = periods
            .Select(static period => PriceTier.TryParse(period.Price.Resource, out var model, out var service, out var thousands) ? (Key: (model, service), thousands) : default)
            .Where(static tier => tier.thousands > 0)
            .GroupBy(static tier => tier.Key)
            .ToFrozenDictionary(static group => group.Key, static group => group.Select(static tier => tier.thousands).Distinct().ToArray());
        _rates = rates
            .GroupBy(static rate => rate.Currency)
            .ToFrozenDictionary(static group => group.Key, static group => group.OrderBy(rate => rate.Day).ToArray());
    }

    /// <summary>Every price, in the order of the file.</summary>
    public IReadOnlyList<PriceVersion> Prices { get; }

    /// <summary>When which price holds.</summary>
    public IReadOnlyList<PricePeriod> Periods { get; }

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
    public static PriceBook Parse(string yaml, string name = "price book") => Parse(yaml, name, static (_, _) => null);

    internal static PriceBook Parse(string yaml, string name, Func<Currency, DateOnly, FxRate?> rateOn) => new PriceBookReader(name, rateOn).Read(yaml);

    /// <summary>A book of one price, from the keys that a row of a file has.</summary>
    /// <param name="cells">The keys and what stands at them; null for a key that is left out.</param>
    /// <param name="rateOn">Exchange rates that are known.</param>
    /// <exception cref="PriceBookException">It is no price.</exception>
    public static PriceBook Of(IReadOnlyDictionary<string, string?> cells, Func<Currency, DateOnly, FxRate?> rateOn)
    {
        ArgumentNullException.ThrowIfNull(cells);
        var errors = new List<PriceBookError>();
        var row = new PriceBookRow(1, cells.Where(static cell => cell.Value is not null).ToDictionary(static cell => cell.Key, static cell => new PriceCell(cell.Value, 1)), errors);
        return PriceBookChecks.Make("of one price", row.ReadPrice() is { } price ? [price] : [], [], rateOn, errors);
    }

    /// <summary>The prices of resources that begin so, and all rates.</summary>
    public PriceBook Only(string prefix) => Where(period => period.Price.Resource.StartsWith(prefix, StringComparison.Ordinal));

    /// <summary>The prices that hold at an instant, and all rates.</summary>
    public PriceBook At(DateTimeOffset instant) => Where(period => period.Covers(instant));

    /// <summary>The version in force at an instant; null when there is none.</summary>
    public PriceVersion? Find(string resource, string meter, DateTimeOffset instant)
    {
        // No closure: it is asked for every class of tokens of every call.
        var periods = _prices.TryGetValue((resource, meter), out var found) ? found : [];
        for (var i = periods.Length - 1; i >= 0; i--)
        {
            if (periods[i].Covers(instant))
            {
                return periods[i].Price;
            }
        }

        return null;
    }

    /// <summary>The sizes of prompts, in thousands of tokens, above which a model has other prices.</summary>
    internal IReadOnlyList<long> PromptTiers(string resource, string service) =>
        _promptTiers.TryGetValue((resource, service), out var thousands) ? thousands : [];

    internal bool Knows(string resource, string meter) => _prices.ContainsKey((resource, meter));

    /// <summary>The last rate on or before a day (UTC); null when there is none.</summary>
    public FxRate? FindRate(Currency currency, DateOnly day) =>
        _rates.TryGetValue(currency, out var rates) ? Array.FindLast(rates, rate => rate.Day <= day) : null;

    private PriceBook Where(Predicate<PricePeriod> isKept)
    {
        List<PricePeriod> periods = [.. Periods.Where(period => isKept(period))];
        return new PriceBook(periods, [.. periods.Select(static period => period.Price).DistinctBy(static price => price.Id)], Rates);
    }
}
