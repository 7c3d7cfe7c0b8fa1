using Farthing.Ledger.Money;

namespace Farthing.Ledger.Prices;

/// <summary>A price as a row says it, before its currency is known to have a rate.</summary>
/// <param name="Line">The row's line.</param>
/// <param name="Id">The permanent id.</param>
/// <param name="Resource">What is paid for.</param>
/// <param name="Meter">What is counted.</param>
/// <param name="Unit">What the price is per.</param>
/// <param name="Currency">The currency of the price.</param>
/// <param name="Price">The decimal that was written.</param>
internal sealed record PriceDraft(long Line, string Id, string Resource, string Meter, PriceUnit Unit, Currency Currency, string Price)
{
    public required DateTimeOffset From { get; init; }

    public DateTimeOffset? To { get; init; }

    public LeaseBilling? Lease { get; init; }

    public string Source { get; init; } = "";

    /// <summary>The price in dollars; null when there is no rate or no exact dollars, with the error added.</summary>
    public PriceVersion? Settle(Func<Currency, DateOnly, FxRate?> rateOn, List<PriceBookError> errors)
    {
        if (Currency == Currency.Usd)
        {
            return Make(Price, null, errors);
        }

        var day = DateOnly.FromDateTime(From.UtcDateTime);
        if (rateOn(Currency, day) is not { } rate)
        {
            errors.Add(new PriceBookError(
                Line, $"'{Id}' is in {Currency.Code()}, and there is no {Currency.Code()} rate for {day:yyyy-MM-dd} or a day before. Import one first, or write it under fx."));
            return null;
        }

        _ = ExactDecimal.TryParse(Price, out var price);
        _ = ExactDecimal.TryParse(rate.UsdPerUnit, out var perUnit);
        if (ExactDecimal.Multiply(price, perUnit) is not { } usd)
        {
            errors.Add(new PriceBookError(Line, $"'{Id}' times the rate {rate.UsdPerUnit} has more than {ExactDecimal.MaxDigits} digits. Write the price with fewer."));
            return null;
        }

        return Make(usd.ToText(), new ForeignPrice(Currency, Price, rate.Id), errors);
    }

    private PriceVersion? Make(string usd, ForeignPrice? foreign, List<PriceBookError> errors)
    {
        var version = new PriceVersion(Id, Resource, Meter, Unit, usd) { From = From, To = To, Foreign = foreign, Lease = Lease, Source = Source };
        try
        {
            _ = version.Price(Unit.BaseUnits);
            return version;
        }
        catch (OverflowException)
        {
            errors.Add(new PriceBookError(Line, $"'{Id}': one {Unit.Name} for {usd} USD is more than an amount holds (9.2 million USD). Write it per a smaller unit."));
            return null;
        }
    }
}
