namespace Farthing.Diffusion.Tokenizers;

/// <summary>A text's ids at an encoder's length.</summary>
/// <param name="Ids">As many ids as the encoder takes; padded, or cut with the end mark in the last place.</param>
/// <param name="Count">Ids that are not padding.</param>
/// <param name="TruncatedFrom">Ids that the whole text has, where it was cut; else null.</param>
/// <param name="TextCut">The text from the first word that was not read whole; empty where nothing was cut.</param>
public sealed record TokenIds(int[] Ids, int Count, int? TruncatedFrom, string TextCut)
{
    /// <summary>Cuts or pads: longer texts keep the first length − 1 ids and the end mark.</summary>
    /// <param name="whole">All ids, the end mark last.</param>
    /// <param name="words">Each word of the text, with the number of ids up to and with its last.</param>
    /// <param name="length">The encoder's length.</param>
    /// <param name="padding">The id to pad with.</param>
    internal static TokenIds Fit(IReadOnlyList<int> whole, IReadOnlyList<(string Word, int EndsAt)> words, int length, int padding)
    {
        int[] ids = new int[length];
        if (whole.Count <= length)
        {
            for (int i = 0; i < length; i++)
            {
                ids[i] = i < whole.Count ? whole[i] : padding;
            }

            return new TokenIds(ids, whole.Count, null, "");
        }

        for (int i = 0; i < length - 1; i++)
        {
            ids[i] = whole[i];
        }

        ids[^1] = whole[^1];
        string cut = string.Join(' ', words.SkipWhile(w => w.EndsAt <= length - 1).Select(w => w.Word));
        return new TokenIds(ids, length, whole.Count, cut);
    }
}
