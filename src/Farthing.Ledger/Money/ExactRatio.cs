namespace Farthing.Ledger.Money;

/// <summary>A fraction in lowest terms: what one base unit of something costs, or one currency in another.</summary>
internal readonly record struct ExactRatio
{
    private readonly Int128 _numerator;
    private readonly Int128 _denominator;

    /// <summary>Keeps <c>numerator / denominator</c>; the denominator is positive.</summary>
    public ExactRatio(Int128 numerator, Int128 denominator)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(denominator);
        var divisor = GreatestCommonDivisor(Int128.Abs(numerator), denominator);
        _numerator = numerator / divisor;
        _denominator = denominator / divisor;
    }

    /// <summary>Multiplies exactly in 128 bits and rounds once, half to even.</summary>
    /// <exception cref="OverflowException">The product leaves 128 bits, or the result 64.</exception>
    public long Times(long quantity) => checked((long)Times((Int128)quantity));

    /// <summary>As <see cref="Times(long)"/>, for a sum.</summary>
    public Int128 Times(Int128 quantity) => HalfEven.Divide(checked(quantity * _numerator), _denominator);

    private static Int128 GreatestCommonDivisor(Int128 left, Int128 right)
    {
        while (right != 0)
        {
            (left, right) = (right, left % right);
        }

        return left;
    }
}
