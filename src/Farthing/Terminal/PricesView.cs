using System.Globalization;
using Farthing.Ledger.Prices;

namespace Farthing.Terminal;

/// <summary>Prices, recordings and differences as lines: a record a line, so that other programs can read them too.</summary>
internal static class PricesView
{
    /// <summary>The prices of a book.</summary>
    public static void Print(Screen screen, PriceBook book, bool json)
    {
        if (json)
        {
            screen.Write(PricesJson.Write(book));
            return;
        }

        foreach (PricePeriod period in book.Periods.OrderBy(static period => period.Price.Resource, StringComparer.Ordinal).ThenBy(static period => period.Price.Meter, StringComparer.Ordinal).ThenBy(static period => period.From))
        {
            PriceVersion price = period.Price;
            screen.Write($"{price.Resource}  {price.Meter}  {Price(price)}  {period}  [{price.Id}]{(price.Source.Length > 0 ? "  " + price.Source : "")}");
        }

        foreach (FxRate rate in book.Rates)
        {
            screen.Write(string.Create(CultureInfo.InvariantCulture, $"1 {rate.Currency.ToString().ToUpperInvariant()} = {rate.UsdPerUnit} USD  {rate.Day:yyyy-MM-dd} on  [{rate.Id}]{(rate.Source.Length > 0 ? "  " + rate.Source : "")}"));
        }

        screen.Note($"{Counted.Of(book.Periods.Count, "price")}, {Counted.Of(book.Rates.Count, "rate")}.");
    }

    /// <summary>What was recorded when.</summary>
    public static void Print(Screen screen, IReadOnlyList<PriceRecording> recordings, bool json)
    {
        if (json)
        {
            screen.Write(PricesJson.Write(recordings));
            return;
        }

        foreach (PriceRecording each in recordings)
        {
            screen.Write(string.Create(CultureInfo.InvariantCulture, $"{each.Number}  {each.At:yyyy-MM-dd HH:mm:ss}Z  {each.Kind}  {Counted.Of(each.Prices, "price")}, {Counted.Of(each.Rates, "rate")}  {each.Source}"));
        }
    }

    /// <summary>What has no price.</summary>
    public static void Print(Screen screen, IReadOnlyList<UnpricedSpan> unpriced, bool json)
    {
        if (json)
        {
            screen.Write(PricesJson.Write(unpriced));
            return;
        }

        foreach (UnpricedSpan each in unpriced)
        {
            screen.Write(string.Create(
                CultureInfo.InvariantCulture,
                $"ALARM unpriced: {Counted.Of(each.Usage.Charges, "charge")} of {each.Usage.Resource} {each.Usage.Meter}, {each.Usage.Quantity:N0} together, {each.First:yyyy-MM-dd} to {each.Last:yyyy-MM-dd}"));
        }

        screen.Write(unpriced.Count == 0 ? "All usage has a price." : "Record prices for it (`prices set`, `prices import`), then price it: `prices rerate --from DAY --to DAY --apply`.");
    }

    /// <summary>What differs.</summary>
    public static void Print(Screen screen, IReadOnlyList<PriceDifference> differences)
    {
        foreach (PriceDifference each in differences)
        {
            string change = each.Permille is { } permille ? string.Create(CultureInfo.InvariantCulture, $" ({permille / 10m:+0.0;-0.0;0.0}%)") : "";
            screen.Write($"{each.Resource}  {each.Meter}  {new PricePeriod(each.From, each.To, (each.After ?? each.Before)!)}:  {Price(each.Before)} → {Price(each.After)}{change}");
        }

        screen.Write(string.Create(CultureInfo.InvariantCulture, $"{Counted.Of(differences.Count, "difference")}: {differences.Count(static each => each.Before is null):N0} new, {differences.Count(static each => each.After is null):N0} gone, {differences.Count(static each => each is { Before: not null, After: not null }):N0} changed."));
    }

    private static string Price(PriceVersion? price) => price is null ? "no price" : $"{price.Usd} USD per {price.Unit}{Foreign(price)}{(price.Lease is { } lease ? $", {lease}" : "")}";

    private static string Foreign(PriceVersion price) =>
        price.Foreign is { } foreign ? $" ({foreign.Price} {foreign.Currency.ToString().ToUpperInvariant()} by {foreign.RateId})" : "";
}
