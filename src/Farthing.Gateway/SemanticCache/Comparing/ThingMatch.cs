using Farthing.Gateway.SemanticCache.Reading;

namespace Farthing.Gateway.SemanticCache.Comparing;

/// <summary>Compares the thing of two scenes with all that is said of it without a preposition.</summary>
internal static class ThingMatch
{
    /// <summary>Whether the things themselves and the attributes that stand apart from them agree.</summary>
    public static bool Agree(Scene one, Scene other)
    {
        if (one.Thing is null || other.Thing is null)
        {
            return one.Thing is null && other.Thing is null;
        }

        List<Token> all = [.. one.Thing.Words, .. one.Bare.SelectMany(static chunk => chunk.Words)];
        List<Token> others = [.. other.Thing.Words, .. other.Bare.SelectMany(static chunk => chunk.Words)];
        if (all.Count != others.Count || WordMatch.Missing(all, others).Count > 0 || ChunkWords.Head(one.Thing.Words) != ChunkWords.Head(other.Thing.Words))
        {
            return false;
        }

        foreach (ValueClass kind in (ReadOnlySpan<ValueClass>)[ValueClass.Colour, ValueClass.Material, ValueClass.Pattern])
        {
            if (!ChunkWords.Values(all, kind).SequenceEqual(ChunkWords.Values(others, kind)))
            {
                return false;
            }
        }

        if (!Colours(one).SequenceEqual(Colours(other)))
        {
            return false;
        }

        // Values on both sides of a phrase: which of them is the phrase's is a matter of their order, whatever their kinds.
        if ((one.HasLooseColour || other.HasLooseColour)
            && !all.Where(static word => word.Class != ValueClass.None).Select(ChunkWords.Text).SequenceEqual(others.Where(static word => word.Class != ValueClass.None).Select(ChunkWords.Text)))
        {
            return false;
        }

        return Measured(all).SequenceEqual(Measured(others)) && MovesAgree(one, other) && KeepTogether(one, other) && KeepTogether(other, one);
    }

    /// <summary>The colours that stand alone, in their order: of two, it says which is whose.</summary>
    private static IEnumerable<string> Colours(Scene scene) =>
        scene.Bare.Where(static chunk => chunk.Words.TrueForAll(static word => word.Class is ValueClass.Colour or ValueClass.ColourThing))
            .SelectMany(static chunk => chunk.Words) is var alone && alone.Count() > 1 ? alone.Select(ChunkWords.Text) : [];

    /// <summary>Numbers, measures of one base and packs keep their order.</summary>
    private static IEnumerable<string> Measured(List<Token> words) =>
        words.Where(static word => word.Kind is TokenKind.Number or TokenKind.Measure or TokenKind.Count).Select(ChunkWords.Text)
            .GroupBy(static text => text[(text.LastIndexOf(' ') + 1)..]).OrderBy(static group => group.Key.All(char.IsDigit) ? "" : group.Key, StringComparer.Ordinal)
            .SelectMany(static group => group);

    /// <summary>Open words that stand with the thing in one text and apart from it in the other all move the same way.</summary>
    private static bool MovesAgree(Scene one, Scene other)
    {
        List<Token> here = one.Thing!.Words.FindAll(ChunkWords.IsOpen);
        List<Token> there = other.Thing!.Words.FindAll(ChunkWords.IsOpen);
        List<Token> moved = WordMatch.Missing(here, there);
        List<Token> movedBack = WordMatch.Missing(there, here);
        if (moved.Count > 0 && movedBack.Count > 0)
        {
            return false;
        }

        return here.Where(word => !moved.Contains(word)).Select(ChunkWords.Text).SequenceEqual(there.Where(word => !movedBack.Contains(word)).Select(ChunkWords.Text));
    }

    /// <summary>A chunk of several words is a chunk of the other text too, or stands whole with its thing.</summary>
    private static bool KeepTogether(Scene one, Scene other)
    {
        foreach (Chunk chunk in one.Bare)
        {
            if (chunk.Words.Count < 2 || chunk.Words.TrueForAll(static word => word.Class != ValueClass.None))
            {
                continue;
            }

            bool isThere = other.Bare.Exists(candidate => ChunkWords.SaysSame(chunk.Words, candidate.Words))
                || (WordMatch.Missing(chunk.Words, other.Thing!.Words).Count == 0
                    && chunk.Words.Where(ChunkWords.IsOpen).Select(ChunkWords.Text).SequenceEqual(other.Thing.Words.Where(word => ChunkWords.IsOpen(word) && chunk.Words.Contains(word)).Select(ChunkWords.Text)));
            if (!isThere)
            {
                return false;
            }
        }

        return true;
    }
}
