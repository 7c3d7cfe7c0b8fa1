using System.Numerics;

namespace Farthing.Ledger.Money;

/// <summary>
/// An exact amount of US dollars: a 64-bit count of 10⁻¹² USD, so ±9.2 million dollars.
/// Arithmetic is checked: an overflow throws <see cref="OverflowException"/> and never wraps.
/// </summary>
/// <remarks>Nothing converts to or from it implicitly, so an amount can't be mixed with a time or a count.</remarks>
/// <param name="Units">The amount in units of 10⁻¹² USD.</param>
public readonly record struct Amount(long Units)
    : IComparable<Amount>,
        IAdditionOperators<Amount, Amount, Amount>,
        ISubtractionOperators<Amount, Amount, Amount>,
        IUnaryNegationOperators<Amount, Amount>,
        IComparisonOperators<Amount, Amount, bool>
{
    /// <summary>How many units make one US dollar.</summary>
    public const long UnitsPerDollar = 1_000_000_000_000;

    /// <summary>No money at all. A usage without a price is not this: it is unpriced.</summary>
    public static Amount Zero => default;

    /// <summary>Reads a decimal such as <c>0.048</c>, exactly.</summary>
    /// <exception cref="FormatException">It is no plain decimal, or has more than 12 places.</exception>
    /// <exception cref="OverflowException">It is beyond ±9.2 million dollars.</exception>
    public static Amount Parse(string text)
    {
        if (!ExactDecimal.TryParse(text, out var value) || value.Scale > 12)
        {
            throw new FormatException($"'{text}' is not an amount: write a decimal with up to 12 places, such as 0.048.");
        }

        return new Amount(checked((long)(value.Mantissa * (Int128)ExactDecimal.PowerOfTen(12 - value.Scale))));
    }

    /// <summary>The sum in 128 bits, which the number of amounts can't overflow.</summary>
    public static CurrencyAmount Sum(IEnumerable<Amount> amounts)
    {
        ArgumentNullException.ThrowIfNull(amounts);
        Int128 sum = 0;
        foreach (var amount in amounts)
        {
            sum += amount.Units;
        }

        return new CurrencyAmount(sum, Currency.Usd);
    }

    /// <inheritdoc/>
    public static Amount operator +(Amount left, Amount right) => new(checked(left.Units + right.Units));

    /// <inheritdoc/>
    public static Amount operator -(Amount left, Amount right) => new(checked(left.Units - right.Units));

    /// <inheritdoc/>
    public static Amount operator -(Amount value) => new(checked(-value.Units));

    /// <inheritdoc/>
    public static bool operator <(Amount left, Amount right) => left.Units < right.Units;

    /// <inheritdoc/>
    public static bool operator >(Amount left, Amount right) => left.Units > right.Units;

    /// <inheritdoc/>
    public static bool operator <=(Amount left, Amount right) => left.Units <= right.Units;

    /// <inheritdoc/>
    public static bool operator >=(Amount left, Amount right) => left.Units >= right.Units;

    /// <inheritdoc/>
    public int CompareTo(Amount other) => Units.CompareTo(other.Units);

    /// <summary>For people, such as <c>$0.003124</c>; see <see cref="CurrencyAmount.ToString"/> for the places.</summary>
    public override string ToString() => AmountText.ForPeople(Units, Currency.Usd);

    /// <summary>The exact value as a plain decimal with 12 places, such as <c>0.003124000000</c>.</summary>
    public string ToExactString() => AmountText.Exact(Units);
}
