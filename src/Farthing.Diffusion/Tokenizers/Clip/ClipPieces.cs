using System.Text;

namespace Farthing.Diffusion.Tokenizers.Clip;

/// <summary>
/// Splits a normalised word as CLIP's pattern does, first alternative first:
/// <c>&lt;|startoftext|&gt;|&lt;|endoftext|&gt;|'s|'t|'re|'ve|'m|'ll|'d|[\p{L}]+|[\p{N}]|[^\s\p{L}\p{N}]+</c>.
/// Written by hand because .NET's \p{L} sees UTF-16 units, not code points beyond the Basic Multilingual Plane.
/// </summary>
internal static class ClipPieces
{
    private static readonly string[] Literals =
        ["<|startoftext|>", "<|endoftext|>", "'s", "'t", "'re", "'ve", "'m", "'ll", "'d"];

    private enum Kind
    {
        Letter,
        Number,
        Other,
    }

    /// <summary>How long the first piece of a word is; the word is not empty and has no white space.</summary>
    public static int FirstLength(ReadOnlySpan<char> word)
    {
        if (word[0] is '<' or '\'')
        {
            foreach (string literal in Literals)
            {
                if (word.StartsWith(literal, StringComparison.Ordinal))
                {
                    return literal.Length;
                }
            }
        }

        Rune.DecodeFromUtf16(word, out var first, out int length);
        var kind = KindOf(first);
        while (kind != Kind.Number && length < word.Length)
        {
            Rune.DecodeFromUtf16(word[length..], out var rune, out int units);
            if (KindOf(rune) != kind)
            {
                break;
            }

            length += units;
        }

        return length;
    }

    private static Kind KindOf(Rune rune)
    {
        if (rune.IsAscii)
        {
            return char.IsAsciiLetter((char)rune.Value) ? Kind.Letter
                : char.IsAsciiDigit((char)rune.Value) ? Kind.Number : Kind.Other;
        }

        return Rune.IsLetter(rune) ? Kind.Letter : Rune.IsNumber(rune) ? Kind.Number : Kind.Other;
    }
}
