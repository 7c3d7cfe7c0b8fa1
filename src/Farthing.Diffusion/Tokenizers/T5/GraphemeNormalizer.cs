using System.Globalization;
using System.Text;

namespace Farthing.Diffusion.Tokenizers.T5;

/// <summary>
/// Applies a model's character map as the Rust library does: a user-perceived character (grapheme) of fewer than six
/// bytes is looked up whole first, then code point by code point. So "a" with three accents stays as it is.
/// </summary>
internal sealed class GraphemeNormalizer(CharsMap map)
{
    private const int LongestLookedUpWhole = 5;

    /// <summary>Normalises the text's first grapheme into the target, and returns its length in UTF-16 units.</summary>
    public int AppendFirst(ReadOnlySpan<char> text, StringBuilder target)
    {
        int length = StringInfo.GetNextTextElementLength(text);
        var grapheme = text[..length];
        if (length <= LongestLookedUpWhole && Encoding.UTF8.GetByteCount(grapheme) <= LongestLookedUpWhole
            && TryAppend(grapheme, target))
        {
            return length;
        }

        Span<char> pair = stackalloc char[2];
        foreach (var rune in grapheme.EnumerateRunes())
        {
            var units = pair[..rune.EncodeToUtf16(pair)];
            if (!TryAppend(units, target))
            {
                target.Append(units);
            }
        }

        return length;
    }

    private bool TryAppend(ReadOnlySpan<char> key, StringBuilder target)
    {
        Span<byte> bytes = stackalloc byte[LongestLookedUpWhole];
        if (!map.TryReplace(bytes[..Encoding.UTF8.GetBytes(key, bytes)], out var replacement))
        {
            return false;
        }

        target.Append(Encoding.UTF8.GetString(replacement));
        return true;
    }
}
