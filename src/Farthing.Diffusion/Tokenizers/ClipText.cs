using System.Globalization;
using System.Text;

namespace Farthing.Diffusion.Tokenizers;

/// <summary>
/// What CLIP's tokenizer does to a text before byte pairs: canonical composition (NFC), runs of white space to one space,
/// lower case code point by code point, then the split into words.
/// </summary>
internal static class ClipText
{
    private static readonly string[] Contractions = ["'s", "'t", "'re", "'ve", "'m", "'ll", "'d"];

    private enum Class
    {
        Space,
        Letter,
        Number,
        Other,
    }

    /// <summary>Normalises a text; a lone surrogate becomes U+FFFD.</summary>
    public static string Normalize(string text)
    {
        string composed = WellFormed(text).Normalize(NormalizationForm.FormC);
        var result = new StringBuilder(composed.Length);
        bool inSpace = false;
        foreach (var rune in composed.EnumerateRunes())
        {
            bool space = ClassOf(rune) == Class.Space;
            if (!space)
            {
                AppendLower(result, rune);
            }
            else if (!inSpace)
            {
                result.Append(' ');
            }

            inSpace = space;
        }

        return result.ToString();
    }

    /// <summary>
    /// The words of a normalised text by CLIP's pattern: specials, 's|'t|'re|'ve|'m|'ll|'d, letters+, a number, others+.
    /// </summary>
    /// <param name="text">The normalised text.</param>
    /// <param name="specials">Tokens that are words of their own wherever the scan meets them.</param>
    public static IEnumerable<string> Words(string text, IReadOnlyCollection<string> specials)
    {
        int at = 0;
        while (at < text.Length)
        {
            string? fixedWord = specials.FirstOrDefault(w => StandsAt(text, at, w))
                ?? Contractions.FirstOrDefault(w => StandsAt(text, at, w));
            int end = fixedWord is not null ? at + fixedWord.Length : EndOfRun(text, at);
            if (fixedWord is not null || ClassAt(text, at, out _) != Class.Space)
            {
                yield return text[at..end];
            }

            at = end;
        }
    }

    private static int EndOfRun(string text, int start)
    {
        var kind = ClassAt(text, start, out int length);
        int end = start + length;
        while (kind != Class.Number && end < text.Length && ClassAt(text, end, out length) == kind)
        {
            end += length;
        }

        return end;
    }

    private static Class ClassAt(string text, int at, out int length)
    {
        var rune = Rune.GetRuneAt(text, at);
        length = rune.Utf16SequenceLength;
        return ClassOf(rune);
    }

    private static Class ClassOf(Rune rune)
    {
        if (rune.Value is (>= 0x09 and <= 0x0D) or 0x20 or 0x85 or 0xA0 or 0x1680 or (>= 0x2000 and <= 0x200A)
            or 0x2028 or 0x2029 or 0x202F or 0x205F or 0x3000)
        {
            return Class.Space;
        }

        return Rune.GetUnicodeCategory(rune) switch
        {
            UnicodeCategory.UppercaseLetter or UnicodeCategory.LowercaseLetter or UnicodeCategory.TitlecaseLetter
                or UnicodeCategory.ModifierLetter or UnicodeCategory.OtherLetter => Class.Letter,
            UnicodeCategory.DecimalDigitNumber or UnicodeCategory.LetterNumber or UnicodeCategory.OtherNumber => Class.Number,
            _ => Class.Other,
        };
    }

    private static void AppendLower(StringBuilder result, Rune rune)
    {
        // The one code point whose full lower case is longer than its simple one.
        if (rune.Value == 0x130)
        {
            result.Append("i\u0307");
            return;
        }

        Span<char> units = stackalloc char[2];
        result.Append(units[..Rune.ToLowerInvariant(rune).EncodeToUtf16(units)]);
    }

    private static bool StandsAt(string text, int at, string word) =>
        text.AsSpan(at).StartsWith(word, StringComparison.Ordinal);

    private static string WellFormed(string text)
    {
        if (text.AsSpan().IndexOfAnyInRange('\uD800', '\uDFFF') < 0)
        {
            return text;
        }

        var builder = new StringBuilder(text.Length);
        foreach (var rune in text.EnumerateRunes())
        {
            builder.Append(rune.ToString());
        }

        return builder.ToString();
    }
}
