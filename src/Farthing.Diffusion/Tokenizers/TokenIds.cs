namespace Farthing.Diffusion.Tokenizers;

/// <summary>A text as ids, padded to a fixed length, with an account of what did not fit.</summary>
public sealed class TokenIds
{
    private readonly int[] _ids;

    internal TokenIds(int[] ids, int count, int? truncatedFrom, string cutText)
    {
        _ids = ids;
        Count = count;
        TruncatedFrom = truncatedFrom;
        CutText = cutText;
    }

    /// <summary>The ids: the text's with its begin and end marks, then padding.</summary>
    public ReadOnlySpan<int> Ids => _ids;

    /// <summary>How many ids there are, padding included.</summary>
    public int Length => _ids.Length;

    /// <summary>How many ids are the text's and its marks'; the rest is padding. An attention mask is 1 there.</summary>
    public int Count { get; }

    /// <summary>How many ids the whole text would have needed, marks included; null if it fitted.</summary>
    public int? TruncatedFrom { get; }

    /// <summary>What was cut: the text from the first word that was lost or broken; empty if all fitted.</summary>
    public string CutText { get; }

    /// <summary>How many words, separated by white space, <see cref="CutText"/> has.</summary>
    public int CutWords
    {
        get
        {
            int words = 0;
            bool inWord = false;
            foreach (char c in CutText)
            {
                bool startsOrContinues = !char.IsWhiteSpace(c);
                words += startsOrContinues && !inWord ? 1 : 0;
                inWord = startsOrContinues;
            }

            return words;
        }
    }

    /// <summary>Writes the ids to an int32 tensor's row.</summary>
    /// <param name="target">At least <see cref="Length"/> values.</param>
    /// <exception cref="ArgumentException"><paramref name="target"/> is too short.</exception>
    public void CopyTo(Span<int> target) => _ids.CopyTo(target);

    /// <summary>Writes the ids to an int64 tensor's row.</summary>
    /// <param name="target">At least <see cref="Length"/> values.</param>
    /// <exception cref="ArgumentException"><paramref name="target"/> is too short.</exception>
    public void CopyTo(Span<long> target)
    {
        if (target.Length < _ids.Length)
        {
            throw new ArgumentException(
                $"The target holds {target.Length} values, but there are {_ids.Length} ids.", nameof(target));
        }

        for (int i = 0; i < _ids.Length; i++)
        {
            target[i] = _ids[i];
        }
    }
}
