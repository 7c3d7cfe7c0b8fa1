namespace Farthing.Ledger.Prices;

/// <summary>Ids of prices whose list has none: resource, meter and first instant, so that the same list again makes the same ids.</summary>
internal static class PriceIds
{
    public static string Of(string resource, string meter, DateTimeOffset from) => $"{resource}/{meter}/{PricePeriod.Instant(from)}";
}
