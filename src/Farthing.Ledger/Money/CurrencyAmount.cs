using System.Numerics;

namespace Farthing.Ledger.Money;

/// <summary>
/// A sum of money in a named currency, in 128-bit units of 10⁻¹² of it.
/// Two sums of different currencies refuse to be added: convert each entry by its own rate first.
/// </summary>
/// <param name="Units">The sum in units of 10⁻¹² of the currency.</param>
/// <param name="Currency">The currency that it is in.</param>
public readonly record struct CurrencyAmount(Int128 Units, Currency Currency)
    : IAdditionOperators<CurrencyAmount, CurrencyAmount, CurrencyAmount>,
        ISubtractionOperators<CurrencyAmount, CurrencyAmount, CurrencyAmount>
{
    /// <summary>Adds; checked.</summary>
    /// <exception cref="InvalidOperationException">The currencies differ.</exception>
    public static CurrencyAmount operator +(CurrencyAmount left, CurrencyAmount right) =>
        new(checked(left.Units + right.Units), Common(left, right));

    /// <summary>Subtracts; checked.</summary>
    /// <exception cref="InvalidOperationException">The currencies differ.</exception>
    public static CurrencyAmount operator -(CurrencyAmount left, CurrencyAmount right) =>
        new(checked(left.Units - right.Units), Common(left, right));

    /// <summary>One part in <paramref name="count"/>, rounded half to even; null when the count is 0.</summary>
    public CurrencyAmount? DividedBy(long count) =>
        count == 0 ? null : new CurrencyAmount(HalfEven.Divide(Units, count), Currency);

    /// <summary>
    /// For people, such as <c>€0.003124</c>: six places, nine below a thousandth, twelve below a millionth.
    /// </summary>
    public override string ToString() => AmountText.ForPeople(Units, Currency);

    /// <summary>The exact value as a plain decimal with 12 places and no sign of the currency.</summary>
    public string ToExactString() => AmountText.Exact(Units);

    private static Currency Common(CurrencyAmount left, CurrencyAmount right) =>
        left.Currency == right.Currency
            ? left.Currency
            : throw new InvalidOperationException(
                $"Can't add {left.Currency.Code()} and {right.Currency.Code()}: convert each entry by its rate first.");
}
