namespace Farthing.Ledger.Prices;

/// <summary>Lays price books over each other.</summary>
internal static class PriceLayers
{
    /// <summary>
    /// A chosen book says all about each meter of a resource that it prices at any time. Of the others the store's prices hold, and
    /// where it has none for a time, the built-in ones. Exchange rates are those of the first book that has any of the currency.
    /// </summary>
    public static PriceBook Join(PriceBook? chosen, PriceBook store, PriceBook builtIn)
    {
        var stored = store.Periods.ToLookup(Key);
        var below = store.Periods.Concat(builtIn.Periods.SelectMany(period => stored[Key(period)]
            .Aggregate((IEnumerable<PricePeriod>)[period], static (left, other) => left.SelectMany(part => part.Without(other)))));
        List<PricePeriod> periods = chosen is null
            ? [.. below]
            : [.. chosen.Periods, .. below.Where(period => !chosen.Knows(period.Price.Resource, period.Price.Meter))];
        var rates = new List<FxRate>();
        foreach (var layer in (PriceBook?[])[chosen, store, builtIn])
        {
            rates.AddRange(layer?.Rates.Where(rate => !rates.Exists(known => known.Currency == rate.Currency)).ToList() ?? []);
        }

        return new PriceBook(periods, [.. periods.Select(static period => period.Price).DistinctBy(static price => price.Id)], rates);
    }

    private static (string Resource, string Meter) Key(PricePeriod period) => (period.Price.Resource, period.Price.Meter);
}
