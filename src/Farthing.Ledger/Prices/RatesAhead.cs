namespace Farthing.Ledger.Prices;

/// <summary>Finds exchange rates of days that have not come: a day is fixed for ever by the rate before it once a later one is there, so one slip of the pen would fix all days until then.</summary>
internal static class RatesAhead
{
    /// <summary>What is wrong with each.</summary>
    /// <param name="book">The rates.</param>
    /// <param name="now">The clock. A bank whose day has begun before this one's is let through.</param>
    public static IEnumerable<string> Of(PriceBook book, DateTimeOffset now)
    {
        var latest = DateOnly.FromDateTime(now.UtcDateTime).AddDays(1);
        return book.Rates
            .Where(rate => rate.Day > latest)
            .Select(static rate => $"the rate '{rate.Id}' is of {rate.Day:yyyy-MM-dd}, a day that has not come: all days until then would be fixed by the rate before it, for ever. Check the day.");
    }
}
