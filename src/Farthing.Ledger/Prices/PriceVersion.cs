using System.Globalization;
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
    public string Id { get; internal init; }

    /// <summary>
    /// What is paid for, such as <c>cpu</c>, <c>gpu/h100-sxm</c>, <c>llm/openai/gpt-4o-mini</c>, or with a tier
    /// <c>llm/openai/gpt-4o-mini#batch</c>.
    /// </summary>
    public string Resource { get; }

    /// <summary>What is counted: one of <see cref="Meters"/>.</summary>
    public string Meter { get; }

    /// <summary>What the price is per, such as <c>core-hour</c>.</summary>
    public string Unit { get; }

    /// <summary>US dollars per unit, as the decimal that was written.</summary>
    public string Usd { get; }

    /// <summary>The price in another currency that <see cref="Usd"/> was made of; null for one in US dollars.</summary>
    public ForeignPrice? Foreign { get; init; }

    /// <summary>How a lease is rounded up; null where only what was used is paid for.</summary>
    public LeaseBilling? Lease { get; init; }

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

    /// <summary>Whether the other one costs the same: all but id, period and source.</summary>
    internal bool CostsLike(PriceVersion other) =>
        (Resource, Meter, Unit, Usd, Foreign, Lease) == (other.Resource, other.Meter, other.Unit, other.Usd, other.Foreign, other.Lease);

    /// <summary>Such as <c>0.15 USD per million-tokens, leases by 3600 s</c>.</summary>
    internal string Describe() =>
        (Foreign is { } foreign ? $"{foreign.Price} {foreign.Currency.Code()} ({Usd} USD by {foreign.RateId})" : $"{Usd} USD")
        + $" per {Unit}" + (Lease is null ? "" : $", {Lease}");
}

/// <summary>A price in a currency other than US dollars. It is fixed in dollars by the rate of the first day on which it holds.</summary>
/// <param name="Currency">The currency.</param>
/// <param name="Price">Units of it per unit of the meter, as the decimal that was written.</param>
/// <param name="RateId">The id of the exchange rate; the product with it is exact.</param>
public sealed record ForeignPrice(Currency Currency, string Price, string RateId);

/// <summary>How a whole lease is rounded up before it is paid for.</summary>
/// <param name="IncrementSeconds">Begun increments are paid for whole: 1 by the second, 3600 by the hour, a month for a month; 0 for none.</param>
/// <param name="MinimumSeconds">A shorter lease is paid for as one of this length.</param>
public sealed record LeaseBilling(long IncrementSeconds, long MinimumSeconds)
{
    /// <summary>More seconds than a hundred years are a slip of the pen.</summary>
    public const long MaxSeconds = 3_155_760_000;

    /// <summary>The microseconds that are paid for when a lease took so many.</summary>
    public Int128 Billed(Int128 microseconds)
    {
        var increment = (Int128)Math.Max(IncrementSeconds, 0) * 1_000_000;
        var least = Int128.Max(microseconds, (Int128)MinimumSeconds * 1_000_000);
        return increment == 0 ? least : (least + increment - 1) / increment * increment;
    }

    /// <summary>Such as <c>leases by 1 s, 60 s at least</c>.</summary>
    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"leases by {IncrementSeconds} s, {MinimumSeconds} s at least");
}
