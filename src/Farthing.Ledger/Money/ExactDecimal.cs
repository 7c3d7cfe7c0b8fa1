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

    /// <summary>Reads digits with one optional point and sign: no exponent, no grouping, 18 digits at most besides leading zeros.</summary>
    public static bool TryParse(string? text, out ExactDecimal value)
    {
        value = default;
        var digits = text.AsSpan();
        var negative = digits is ['-', ..];
        digits = digits is ['-' or '+', ..] ? digits[1..] : digits;
        var point = digits.IndexOf('.');
        var whole = point < 0 ? digits : digits[..point];
        var fraction = point < 0 ? [] : digits[(point + 1)..];
        if (whole.IsEmpty || (point >= 0 && fraction.IsEmpty) || whole.TrimStart('0').Length + fraction.Length > MaxDigits)
        {
            return false;
        }

        whole = whole.TrimStart('0');
        if (whole.ContainsAnyExceptInRange('0', '9') || fraction.ContainsAnyExceptInRange('0', '9'))
        {
            return false;
        }

        var mantissa = whole.Length + fraction.Length == 0 ? 0 : long.Parse(string.Concat(whole, fraction), NumberStyles.None, CultureInfo.InvariantCulture);
        value = new ExactDecimal(negative ? -mantissa : mantissa, fraction.Length);
        return true;
    }

    /// <summary>
    /// Reads a number as JSON writes it, exponent and all, and multiplies it by a power of ten: <c>1.5e-07</c> times a million is
    /// 0.15 exactly.
    /// </summary>
    /// <returns>False when it is no such number, or needs more than 18 digits or places.</returns>
    public static bool TryParseJson(ReadOnlySpan<char> text, int timesPowerOfTen, out ExactDecimal value)
    {
        value = default;
        var e = text.IndexOfAny('e', 'E');
        var digits = e < 0 ? text : text[..e];
        var exponent = 0;
        if (e >= 0 && (!int.TryParse(text[(e + 1)..], NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out exponent) || Math.Abs(exponent) > 100))
        {
            return false;
        }

        var negative = digits is ['-', ..];
        digits = negative ? digits[1..] : digits;
        var point = digits.IndexOf('.');
        var places = point < 0 ? 0 : digits.Length - point - 1;
        var all = point < 0 ? digits.ToString() : string.Concat(digits[..point], digits[(point + 1)..]);
        if (all.Length == 0 || point == 0 || point == digits.Length - 1 || all.AsSpan().ContainsAnyExceptInRange('0', '9'))
        {
            return false;
        }

        // Zeros at either end are no digits of the value.
        var significant = all.TrimEnd('0');
        var scale = places - exponent - timesPowerOfTen - (all.Length - significant.Length);
        significant = significant.TrimStart('0');
        if (significant.Length == 0)
        {
            return true;
        }

        var padded = scale < 0 ? -scale : 0;
        if (significant.Length + padded > MaxDigits || scale > MaxDigits)
        {
            return false;
        }

        var mantissa = long.Parse(significant, NumberStyles.None, CultureInfo.InvariantCulture) * PowerOfTen(padded);
        value = new ExactDecimal(negative ? -mantissa : mantissa, Math.Max(scale, 0));
        return true;
    }

    /// <summary>The product; null when it needs more than 18 digits or places.</summary>
    public static ExactDecimal? Multiply(ExactDecimal left, ExactDecimal right)
    {
        var mantissa = (Int128)left.Mantissa * right.Mantissa;
        var scale = left.Scale + right.Scale;
        while (scale > 0 && mantissa % 10 == 0)
        {
            (mantissa, scale) = (mantissa / 10, scale - 1);
        }

        return scale <= MaxDigits && Int128.Abs(mantissa) < PowerOfTen(MaxDigits) ? new ExactDecimal((long)mantissa, scale) : null;
    }

    /// <summary>The plain decimal, such as <c>0.15</c>.</summary>
    public string ToText()
    {
        var digits = Int128.Abs(Mantissa).ToString(CultureInfo.InvariantCulture).PadLeft(Scale + 1, '0');
        var text = Scale == 0 ? digits : $"{digits[..^Scale]}.{digits[^Scale..]}";
        return Mantissa < 0 ? "-" + text : text;
    }
}
