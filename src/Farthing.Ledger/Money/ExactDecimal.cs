using System.Globalization;

namespace Farthing.Ledger.Money;

/// <summary>A written decimal kept exactly, as <c>Mantissa × 10^-Scale</c>.</summary>
/// <param name="Mantissa">All digits as one whole number.</param>
/// <param name="Scale">How many of them stand behind the point: 0 to 18.</param>
internal readonly record struct ExactDecimal(long Mantissa, int Scale)
{
    /// <summary>As many digits as always fit 64 bits.</summary>
    public const int MaxDigits = 18;

    /// <summary>10 to a power from 0 to 18.</summary>
    public static long PowerOfTen(int exponent)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(exponent);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(exponent, MaxDigits);
        var power = 1L;
        for (var i = 0; i < exponent; i++)
        {
            power *= 10;
        }

        return power;
    }

    /// <summary>Reads digits with one optional point and sign: no exponent, no grouping, 18 digits at most.</summary>
    public static bool TryParse(string? text, out ExactDecimal value)
    {
        value = default;
        var digits = text.AsSpan();
        var negative = digits is ['-', ..];
        digits = digits is ['-' or '+', ..] ? digits[1..] : digits;
        var point = digits.IndexOf('.');
        var whole = point < 0 ? digits : digits[..point];
        var fraction = point < 0 ? [] : digits[(point + 1)..];
        if (whole.IsEmpty || (point >= 0 && fraction.IsEmpty) || whole.Length + fraction.Length > MaxDigits)
        {
            return false;
        }

        if (whole.ContainsAnyExceptInRange('0', '9') || fraction.ContainsAnyExceptInRange('0', '9'))
        {
            return false;
        }

        var mantissa = long.Parse(string.Concat(whole, fraction), NumberStyles.None, CultureInfo.InvariantCulture);
        value = new ExactDecimal(negative ? -mantissa : mantissa, fraction.Length);
        return true;
    }
}
