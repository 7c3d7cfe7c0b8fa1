using Farthing.Ledger.Money;

namespace Farthing.Ledger.Prices;

/// <summary>
/// A price of one meter of one resource over one period. Its id is permanent: another price, or another start,
/// is another version with another id. Only its end may be written later.
/// </summary>
public sealed record PriceVersion
{
    private readonly ExactRatio _perBaseUnit;

    internal PriceVersion(string id, string resource, string meter, PriceUnit unit, string usd)
    {
        (Id, Resource, Meter, Unit, Usd) = (id, resource, meter, unit.Name, usd);
        _ = ExactDecimal.TryParse(usd, out var price)
            ? price
            : throw new FormatException($"The price '{usd}' is no plain decimal.");
        _perBaseUnit = new ExactRatio(
            (Int128)price.Mantissa * Amount.UnitsPerDollar,
            (Int128)ExactDecimal.PowerOfTen(price.Scale) * unit.BaseUnits);
    }

    /// <summary>The permanent id, which every posting at this price keeps.</summary>
    public string Id { get; }

    /// <summary>What is paid for, such as <c>cpu</c>, <c>gpu/h100-sxm</c> or <c>llm/openai/gpt-4o-mini</c>.</summary>
    public string Resource { get; }

    /// <summary>What is counted: one of <see cref="Meters"/>.</summary>
    public string Meter { get; }

    /// <summary>What the price is per, such as <c>core-hour</c>.</summary>
    public string Unit { get; }

    /// <summary>US dollars per unit, as the decimal that was written.</summary>
    public string Usd { get; }

    /// <summary>The first instant at which it holds.</summary>
    public DateTimeOffset From { get; init; } = DateTimeOffset.MinValue;

    /// <summary>The first instant at which it no longer holds; null when it has no end yet.</summary>
    public DateTimeOffset? To { get; init; }

    /// <summary>Where and when the price was read.</summary>
    public string Source { get; init; } = "";

    /// <summary>What a quantity costs: exact in 128 bits, then rounded once, half to even, to 10⁻¹² USD.</summary>
    /// <param name="quantity">Base units of the meter; negative only in a correction.</param>
    /// <exception cref="OverflowException">It is more than an amount holds.</exception>
    public Amount Price(long quantity) => new(_perBaseUnit.Times(quantity));

    /// <summary>As <see cref="Price(long)"/>, for a sum of quantities, which 64 bits may not hold.</summary>
    /// <exception cref="OverflowException">The exact product leaves 128 bits.</exception>
    public CurrencyAmount Price(Int128 quantity) => new(_perBaseUnit.Times(quantity), Currency.Usd);

    internal bool Covers(DateTimeOffset instant) => instant >= From && (To is not { } to || instant < to);
}
