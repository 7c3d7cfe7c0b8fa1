using Farthing.Ledger.Money;

namespace Farthing.Ledger.Prices;

/// <summary>A stretch of time in which two books say different things about one meter of one resource.</summary>
/// <param name="Resource">What is paid for.</param>
/// <param name="Meter">What is counted.</param>
/// <param name="From">From when.</param>
/// <param name="To">Until when; null without an end.</param>
/// <param name="Before">The price of the first book; null where it has none.</param>
/// <param name="After">The price of the second.</param>
public sealed record PriceDifference(string Resource, string Meter, DateTimeOffset From, DateTimeOffset? To, PriceVersion? Before, PriceVersion? After)
{
    /// <summary>The change in thousandths of the first price, rounded half to even; null where it can't be said.</summary>
    public long? Permille => Before is { } before && After is { } after && before.Unit == after.Unit
        && ExactDecimal.TryParse(before.Usd, out var old) && old.Mantissa != 0 && ExactDecimal.TryParse(after.Usd, out var now)
        ? PermilleOf(old, now)
        : null;

    /// <summary>All differences between two books, by resource, meter and time.</summary>
    /// <param name="before">The first book.</param>
    /// <param name="after">The second book.</param>
    /// <param name="isPart">Whether the second book speaks only of what it prices, so that what it lacks is no difference.</param>
    public static IReadOnlyList<PriceDifference> Between(PriceBook before, PriceBook after, bool isPart)
    {
        ArgumentNullException.ThrowIfNull(before);
        ArgumentNullException.ThrowIfNull(after);
        var olds = before.Periods.ToLookup(static period => (period.Price.Resource, period.Price.Meter));
        var news = after.Periods.ToLookup(static period => (period.Price.Resource, period.Price.Meter));
        var keys = news.Select(static group => group.Key).Union(isPart ? [] : olds.Select(static group => group.Key));
        return [.. keys.OrderBy(static key => key.Resource, StringComparer.Ordinal).ThenBy(static key => key.Meter, StringComparer.Ordinal)
            .SelectMany(key => Between(key, [.. olds[key]], [.. news[key]], isPart))];
    }

    private static IEnumerable<PriceDifference> Between((string Resource, string Meter) key, List<PricePeriod> olds, List<PricePeriod> news, bool isPart)
    {
        // Prices change only where a period begins or ends.
        List<DateTimeOffset> cuts = [.. olds.Concat(news).SelectMany(static period => period.To is { } to ? new[] { period.From, to } : [period.From]).Distinct().Order()];
        PriceDifference? open = null;
        for (var i = 0; i < cuts.Count; i++)
        {
            DateTimeOffset? end = i + 1 < cuts.Count ? cuts[i + 1] : null;
            var old = olds.Find(period => period.Covers(cuts[i]))?.Price;
            var now = news.Find(period => period.Covers(cuts[i]))?.Price;
            var isSame = old is null ? now is null : now is null ? isPart : old.CostsLike(now);
            if (open is not null && (isSame || open.Before?.Id != old?.Id || open.After?.Id != now?.Id))
            {
                yield return open;
                open = null;
            }

            open = isSame ? null : open is null ? new PriceDifference(key.Resource, key.Meter, cuts[i], end, old, now) : open with { To = end };
        }

        if (open is not null)
        {
            yield return open;
        }
    }

    private static long? PermilleOf(ExactDecimal old, ExactDecimal now)
    {
        var scale = Math.Max(old.Scale, now.Scale);
        var before = (Int128)old.Mantissa * ExactDecimal.PowerOfTen(scale - old.Scale);
        var after = (Int128)now.Mantissa * ExactDecimal.PowerOfTen(scale - now.Scale);
        var permille = HalfEven.Divide((after - before) * 1000, before);
        return permille >= -1000 && permille <= long.MaxValue ? (long)permille : null;
    }
}
