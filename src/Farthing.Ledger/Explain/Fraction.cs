using System.Numerics;

namespace Farthing.Ledger.Explain;

/// <summary>An exact fraction without limits, in lowest terms with a positive denominator.</summary>
internal sealed record Fraction
{
    private readonly BigInteger _numerator;
    private readonly BigInteger _denominator;

    /// <summary>Keeps <c>numerator / denominator</c>.</summary>
    /// <exception cref="DivideByZeroException">The denominator is 0.</exception>
    public Fraction(BigInteger numerator, BigInteger denominator)
    {
        var divisor = BigInteger.GreatestCommonDivisor(numerator, denominator) * (denominator.Sign < 0 ? -1 : 1);
        _numerator = divisor.IsZero ? throw new DivideByZeroException() : numerator / divisor;
        _denominator = denominator.IsZero ? throw new DivideByZeroException() : denominator / divisor;
    }

    public static Fraction Zero { get; } = new(0, 1);

    public static Fraction One { get; } = new(1, 1);

    public static Fraction operator +(Fraction left, Fraction right) => new(
        (left._numerator * right._denominator) + (right._numerator * left._denominator), left._denominator * right._denominator);

    public static Fraction operator -(Fraction left, Fraction right) => new(
        (left._numerator * right._denominator) - (right._numerator * left._denominator), left._denominator * right._denominator);

    public static Fraction operator *(Fraction left, Fraction right) =>
        new(left._numerator * right._numerator, left._denominator * right._denominator);

    /// <summary>The nearest multiple of 2^-<paramref name="bits"/>, as a count of them; a half goes to the even one.</summary>
    public BigInteger InSteps(int bits)
    {
        var (quotient, remainder) = BigInteger.DivRem(BigInteger.Abs(_numerator) << bits, _denominator);
        var twice = (remainder << 1).CompareTo(_denominator);
        var rounded = twice > 0 || (twice == 0 && !quotient.IsEven) ? quotient + 1 : quotient;
        return _numerator.Sign < 0 ? -rounded : rounded;
    }
}
