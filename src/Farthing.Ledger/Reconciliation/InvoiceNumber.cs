using System.Globalization;
using System.Numerics;
using Farthing.Ledger.Money;

namespace Farthing.Ledger.Reconciliation;

/// <summary>A number as exports write them, kept exactly: digits, one point, and an exponent such as <c>4.5E-06</c>.</summary>
internal static class InvoiceNumber
{
    private const int MaxDigits = 60;
    private const int MaxExponent = 60;

    /// <summary>Reads it; false for anything else, such as NaN, a currency sign or a thousands separator.</summary>
    /// <param name="text">The text.</param>
    /// <param name="value">The number.</param>
    /// <param name="step">One in its last written place, trailing zeros left out but not below a hundredth.</param>
    public static bool TryParse(string text, out Fraction value, out Fraction step)
    {
        (value, step) = (Fraction.Zero, Fraction.Zero);
        var body = text.AsSpan();
        var exponent = 0;
        if (body.IndexOfAny('e', 'E') is >= 0 and var at)
        {
            if (!int.TryParse(body[(at + 1)..], NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out exponent))
            {
                return false;
            }

            body = body[..at];
        }

        var negative = body is ['-', ..];
        body = body is ['-' or '+', ..] ? body[1..] : body;
        var point = body.IndexOf('.');
        var whole = point < 0 ? body : body[..point];
        var fraction = point < 0 ? [] : body[(point + 1)..];
        if (whole.Length + fraction.Length is 0 or > MaxDigits || whole.ContainsAnyExceptInRange('0', '9') || fraction.ContainsAnyExceptInRange('0', '9'))
        {
            return false;
        }

        var digits = BigInteger.Parse("0" + string.Concat(whole, fraction), NumberStyles.None, CultureInfo.InvariantCulture);
        if (!digits.IsZero && Math.Abs((long)exponent) > MaxExponent)
        {
            return false;
        }

        exponent = digits.IsZero ? 0 : exponent;
        value = new Fraction(negative ? -digits : digits, 1) * Power(exponent - fraction.Length);
        step = Power(Math.Min(-2, exponent - fraction.TrimEnd('0').Length));
        return true;
    }

    private static Fraction Power(int exponent) =>
        exponent < 0 ? new Fraction(1, BigInteger.Pow(10, -exponent)) : new Fraction(BigInteger.Pow(10, exponent), 1);
}
