using System.Globalization;
using System.Numerics;

namespace Farthing.Ledger.Money;

/// <summary>An exact fraction without limits, in lowest terms with a positive denominator.</summary>
internal sealed record Fraction : IComparable<Fraction>
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

    public static Fraction operator /(Fraction left, Fraction right) =>
        new(left._numerator * right._denominator, left._denominator * right._numerator);

    public static bool operator <(Fraction left, Fraction right) => left.CompareTo(right) < 0;

    public static bool operator >(Fraction left, Fraction right) => left.CompareTo(right) > 0;

    public static bool operator <=(Fraction left, Fraction right) => left.CompareTo(right) <= 0;

    public static bool operator >=(Fraction left, Fraction right) => left.CompareTo(right) >= 0;

    public Fraction Magnitude() => new(BigInteger.Abs(_numerator), _denominator);

    public int CompareTo(Fraction? other) => other is null ? 1 : (_numerator * other._denominator).CompareTo(other._numerator * _denominator);

    /// <summary>A plain decimal: exact where it ends, else with so many places, rounded half to even and marked with a tilde.</summary>
    public string ToText(int places = 18)
    {
        var scaled = _numerator * BigInteger.Pow(10, places);
        var (quotient, remainder) = BigInteger.DivRem(BigInteger.Abs(scaled), _denominator);
        var twice = (remainder << 1).CompareTo(_denominator);
        var digits = (twice > 0 || (twice == 0 && !quotient.IsEven) ? quotient + 1 : quotient).ToString(CultureInfo.InvariantCulture).PadLeft(places + 1, '0');
        var text = places == 0 ? digits : $"{digits[..^places]}.{digits[^places..]}".TrimEnd('0').TrimEnd('.');
        return (remainder.IsZero ? "" : "~") + (_numerator.Sign < 0 ? "-" : "") + text;
    }

    /// <summary>The nearest multiple of 2^-<paramref name="bits"/>, as a count of them; a half goes to the even one.</summary>
    public BigInteger InSteps(int bits)
    {
        var (quotient, remainder) = BigInteger.DivRem(BigInteger.Abs(_numerator) << bits, _denominator);
        var twice = (remainder << 1).CompareTo(_denominator);
        var rounded = twice > 0 || (twice == 0 && !quotient.IsEven) ? quotient + 1 : quotient;
        return _numerator.Sign < 0 ? -rounded : rounded;
    }
}
