namespace Farthing.Ledger.Money;

/// <summary>Integer division that rounds to the nearest whole number, and a half to the even one.</summary>
public static class HalfEven
{
    /// <summary>Divides exactly, then rounds half to even; symmetric about zero.</summary>
    /// <exception cref="DivideByZeroException">The divisor is 0.</exception>
    /// <exception cref="OverflowException">The quotient leaves 128 bits.</exception>
    public static Int128 Divide(Int128 dividend, Int128 divisor)
    {
        if (divisor < 0)
        {
            dividend = checked(-dividend);
            divisor = checked(-divisor);
        }

        var (quotient, remainder) = Int128.DivRem(dividend, divisor);
        var magnitude = Int128.Abs(remainder);

        // Twice the remainder could overflow, so it is held against what is left of the divisor.
        var complement = divisor - magnitude;
        var away = magnitude > complement || (magnitude == complement && Int128.IsOddInteger(quotient));
        return away ? checked(quotient + (dividend < 0 ? -1 : 1)) : quotient;
    }
}
