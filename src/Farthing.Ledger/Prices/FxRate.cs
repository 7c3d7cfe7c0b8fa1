using Farthing.Ledger.Money;

namespace Farthing.Ledger.Prices;

/// <summary>
/// A reference rate of one day, quoted as the European Central Bank does: US dollars for one unit of the currency.
/// A day without a rate takes the last one before it once a later one is recorded, so Friday's holds over the weekend.
/// </summary>
public sealed record FxRate
{
    private readonly ExactRatio _perDollar;

    internal FxRate(string id, Currency currency, DateOnly day, string usdPerUnit)
    {
        (Id, Currency, Day, UsdPerUnit) = (id, currency, day, usdPerUnit);
        if (!ExactDecimal.TryParse(usdPerUnit, out var rate) || rate.Mantissa <= 0)
        {
            throw new FormatException($"The rate '{usdPerUnit}' is no positive decimal.");
        }

        _perDollar = new ExactRatio(ExactDecimal.PowerOfTen(rate.Scale), rate.Mantissa);
    }

    /// <summary>The permanent id.</summary>
    public string Id { get; }

    /// <summary>The currency that it converts dollars to.</summary>
    public Currency Currency { get; }

    /// <summary>The day (UTC) from which it holds.</summary>
    public DateOnly Day { get; }

    /// <summary>US dollars for one unit of the currency, as the decimal that was written.</summary>
    public string UsdPerUnit { get; }

    /// <summary>Where the rate was read.</summary>
    public string Source { get; init; } = "";

    /// <summary>What it says, for people.</summary>
    public string Describe() => $"{UsdPerUnit} USD for 1 {Currency.Code()} on {Day:yyyy-MM-dd}";

    /// <summary>Converts one entry: exact, then rounded once, half to even, to 10⁻¹² of the currency.</summary>
    /// <exception cref="OverflowException">The result is beyond 64 bits.</exception>
    public CurrencyAmount Convert(Amount amount) => new(_perDollar.Times(amount.Units), Currency);
}
