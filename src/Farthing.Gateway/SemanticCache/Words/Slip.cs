namespace Farthing.Gateway.SemanticCache.Words;

/// <summary>One slip of the pen: a letter put for another, left out or put in, or two neighbours swapped.</summary>
internal static class Slip
{
    /// <summary>The fewest letters of the longer word: in shorter ones a slip makes another word too easily.</summary>
    public const int MinLetters = 5;

    /// <summary>Whether one slip leads from one word to the other.</summary>
    public static bool Between(ReadOnlySpan<char> one, ReadOnlySpan<char> other)
    {
        if (one.Length < other.Length)
        {
            ReadOnlySpan<char> longer = other;
            other = one;
            one = longer;
        }

        if (one.Length - other.Length > 1 || one.Length < MinLetters)
        {
            return false;
        }

        int start = one.CommonPrefixLength(other);
        if (one.Length != other.Length)
        {
            return one[(start + 1)..].SequenceEqual(other[start..]);
        }

        if (start == one.Length)
        {
            return false;
        }

        return one[(start + 1)..].SequenceEqual(other[(start + 1)..]) || IsSwap(one[start..], other[start..]);
    }

    /// <summary>Whether a word is of letters a to z only.</summary>
    public static bool IsLetters(ReadOnlySpan<char> word)
    {
        foreach (char c in word)
        {
            if (c is < 'a' or > 'z')
            {
                return false;
            }
        }

        return true;
    }

    private static bool IsSwap(ReadOnlySpan<char> one, ReadOnlySpan<char> other) =>
        one.Length >= 2 && one[0] == other[1] && one[1] == other[0] && one[2..].SequenceEqual(other[2..]);
}
