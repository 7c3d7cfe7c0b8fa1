using System.Text;

namespace Farthing.Gateway.SemanticCache.Reading;

/// <summary>Writes a text in small letters, plain quotes, dashes, blanks and fractions, without invisible characters.</summary>
internal static class PlainText
{
    /// <summary>The same text so written.</summary>
    public static string Of(string text) => Cased(text).ToLowerInvariant();

    /// <summary>The same, with the capitals of the text.</summary>
    public static string Cased(string text)
    {
        var plain = new StringBuilder(text.Length);
        for (int at = 0; at < text.Length; at++)
        {
            char c = text[at];
            switch (c)
            {
                case '\u2013' when at > 0 && at + 1 < text.Length && char.IsAsciiDigit(text[at - 1]) && char.IsAsciiDigit(text[at + 1]):
                    plain.Append('-');
                    break;
                case '\u2018' or '\u2019' or '\u02bc' or '\u2032' or '`' or '\u00b4':
                    plain.Append('\'');
                    break;
                case '\u201c' or '\u201d' or '\u201e' or '\u2033' or '\u00ab' or '\u00bb':
                    plain.Append('"');
                    break;
                case '\u2010' or '\u2011' or '\u2212':
                    plain.Append('-');
                    break;
                case '\u2012' or '\u2013' or '\u2014' or '\u2015':
                    plain.Append(" - ");
                    break;
                case '\u00ba':
                    plain.Append('\u00b0');
                    break;
                case '\u266f':
                    plain.Append(" sharp");
                    break;
                case '\u266d':
                    plain.Append(" flat");
                    break;
                case '\u00d7':
                    plain.Append('x');
                    break;
                case '\u00bd':
                    Fraction(plain, "0.5");
                    break;
                case '\u00bc':
                    Fraction(plain, "0.25");
                    break;
                case '\u00be':
                    Fraction(plain, "0.75");
                    break;
                case '\u2026':
                    plain.Append('.');
                    break;
                case '\n' or '\r' or '\u2028' or '\u2029' or '\t':
                    plain.Append(c == '\t' ? "  " : "\n");
                    break;
                case >= '\uff01' and <= '\uff5e':
                    plain.Append((char)(c - 0xfee0));
                    break;
                case '\ufe0e' or '\ufe0f' or '\u00ad' or '\u200b' or '\u200c' or '\u200d' or '\u2060' or '\ufeff':
                    break;
                default:
                    if (char.IsWhiteSpace(c))
                    {
                        plain.Append(' ');
                    }
                    else if (!char.IsControl(c))
                    {
                        plain.Append(c);
                    }

                    break;
            }
        }

        return plain.ToString().Trim();
    }

    /// <summary>"1½" is 1.5, and a fraction alone a number.</summary>
    private static void Fraction(StringBuilder plain, string value)
    {
        if (plain.Length > 0 && char.IsAsciiDigit(plain[^1]))
        {
            plain.Append(value.AsSpan(1));
            return;
        }

        if (plain.Length > 1 && plain[^1] == ' ' && char.IsAsciiDigit(plain[^2]))
        {
            // "2 ½" is 2.5 too, and no two halves.
            plain.Length--;
            plain.Append(value.AsSpan(1));
            return;
        }

        plain.Append(plain.Length > 0 && plain[^1] != ' ' ? " " : "").Append(value);
    }
}
