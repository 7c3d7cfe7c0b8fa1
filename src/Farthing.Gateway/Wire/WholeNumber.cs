using System.Buffers.Text;
using System.Text.Json;

namespace Farthing.Gateway.Wire;

/// <summary>Whole numbers however JSON spells them: <c>10</c>, <c>10.0</c> and <c>1e1</c> are one number, which some servers count in floats.</summary>
internal static class WholeNumber
{
    /// <summary>Reads the number that the reader stands on, digit by digit: no float would tell a fraction of the smallest from none.</summary>
    /// <returns>Whether it is whole, not below 0 and at most <see cref="long.MaxValue"/>.</returns>
    public static bool TryRead(ref Utf8JsonReader json, out long value) =>
        json.TryGetInt64(out value) ? value >= 0 : TryRead(json.ValueSpan, out value);

    private static bool TryRead(ReadOnlySpan<byte> text, out long value)
    {
        value = 0;
        var exponent = 0;
        var mantissa = text;
        if (text.IndexOfAny((byte)'e', (byte)'E') is >= 0 and var at)
        {
            mantissa = text[..at];
            var power = text[(at + 1)..];
            if (!Utf8Parser.TryParse(power[0] == '+' ? power[1..] : power, out exponent, out _))
            {
                return false;
            }
        }

        // How many digits stand before the point once the exponent has moved it.
        var dot = mantissa.IndexOf((byte)'.');
        var whole = (long)(dot < 0 ? mantissa.Length : dot) + exponent;
        var index = 0;
        foreach (var digit in mantissa)
        {
            if (digit == '.')
            {
                continue;
            }

            if (digit == '-' || (index >= whole && digit != '0') || (index < whole && !Append(ref value, digit - '0')))
            {
                return false;
            }

            index++;
        }

        for (; index < whole && value != 0; index++)
        {
            if (!Append(ref value, 0))
            {
                return false;
            }
        }

        return true;
    }

    private static bool Append(ref long value, int digit)
    {
        if (value > (long.MaxValue - digit) / 10)
        {
            return false;
        }

        value = (value * 10) + digit;
        return true;
    }
}
