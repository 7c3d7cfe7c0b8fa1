using Farthing.Gateway.SemanticCache.Reading;

namespace Farthing.Gateway.SemanticCache.Comparing;

/// <summary>Which word of a chunk a value stands before.</summary>
internal static class ValuePlaces
{
    /// <summary>
    /// A value between two open words of a chunk ("wine glass rack") belongs to the next of them, one at the front to what follows or to the
    /// whole: it may leave the chunk, but not change from the one place to the other ("glass wine rack").
    /// </summary>
    public static bool Agree(Scene one, Scene other) => InnerAgree(one, other) && InnerAgree(other, one);

    private static bool InnerAgree(Scene one, Scene other)
    {
        HashSet<(ValueClass Class, string Text, string Next)> there = [];
        HashSet<(ValueClass Class, string Text)> found = [];
        foreach (Chunk chunk in other.All)
        {
            foreach ((Token value, string next) in BeforeOpen(chunk.Words))
            {
                there.Add((value.Class, value.Text, next));
                found.Add((value.Class, value.Text));
            }
        }

        foreach (Chunk chunk in one.All)
        {
            int first = chunk.Words.FindIndex(ChunkWords.IsOpenWord);
            if (first < 0)
            {
                continue;
            }

            foreach ((Token value, string next) in BeforeOpen(chunk.Words, first + 1))
            {
                if (value.Class is not (ValueClass.None or ValueClass.ColourThing) && found.Contains((value.Class, value.Text)) && !there.Contains((value.Class, value.Text, next)))
                {
                    return false;
                }
            }
        }

        return true;
    }

    /// <summary>The words from a place on that an open word of their chunk follows, each with the next of these.</summary>
    private static IEnumerable<(Token Word, string Next)> BeforeOpen(List<Token> words, int from = 0)
    {
        string? next = null;
        for (int at = words.Count - 1; at >= from; at--)
        {
            if (next is not null)
            {
                yield return (words[at], next);
            }

            next = ChunkWords.IsOpenWord(words[at]) ? words[at].Text : next;
        }
    }
}
