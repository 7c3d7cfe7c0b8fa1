using Farthing.Gateway.SemanticCache.Reading;

namespace Farthing.Gateway.SemanticCache.Comparing;

/// <summary>Whether the same words belong together in two scenes that have the same words.</summary>
internal static class SceneMatch
{
    /// <summary>Whether two scenes bind alike; the phrase that does not otherwise.</summary>
    public static bool IsSame(Scene one, Scene other, out Chunk? unlike)
    {
        unlike = UnlikePhrase(one.Phrases, other.Phrases) ?? UnlikePhrase(other.Phrases, one.Phrases);
        return unlike is null && PlacesAgree(one.Phrases, other.Phrases) && FollowedAgree(one.Phrases, other.Phrases) && FollowedAgree(other.Phrases, one.Phrases) && ThingsAgree(one, other) && HoldersAgree(one, other) && NearAgree(one.Phrases, other.Phrases) && ValuesAgree(one, other);
    }

    /// <summary>What is announced as one attribute here is not announced as another there.</summary>
    public static bool LabelsAgree(Scene one, Scene other)
    {
        if (one.Bare.Exists(chunk => IsApart(chunk, one, other)) || other.Bare.Exists(chunk => IsApart(chunk, other, one)))
        {
            return false;
        }

        List<Chunk> candidates = [.. other.Said];
        foreach (Chunk chunk in one.Said.Where(static chunk => chunk.Label is not null))
        {
            List<Chunk> alike = candidates.FindAll(candidate => SaysSame(candidate.Words, chunk.Words));
            if (alike.Count > 0 && alike.TrueForAll(candidate => candidate.Label is not null && candidate.Label != chunk.Label))
            {
                return false;
            }
        }

        return true;
    }

    /// <summary>What belongs to one thing here belongs to no other one there, and what is tied to something to nothing else.</summary>
    private static bool HoldersAgree(Scene one, Scene other)
    {
        List<Chunk> candidates = [.. other.Said];
        foreach (Chunk chunk in one.Said.Where(static chunk => chunk.Holder is not null || chunk.Tied is not null))
        {
            List<Chunk> alike = candidates.FindAll(candidate => candidate.Preposition == chunk.Preposition && SaysSame(candidate.Words, chunk.Words));
            if (alike.Count > 0 && (alike.TrueForAll(candidate => chunk.Holder is not null && candidate.Holder is not null && candidate.Holder != chunk.Holder)
                || alike.TrueForAll(candidate => chunk.Tied is not null && candidate.Tied is not null && candidate.Tied != chunk.Tied)))
            {
                return false;
            }
        }

        return true;
    }

    /// <summary>
    /// Of several phrases with one preposition each says something of what stands before it ("the flask is red while the hat is blue"): they keep their
    /// order, or each keeps what it follows.
    /// </summary>
    private static bool NearAgree(List<Chunk> one, List<Chunk> other)
    {
        foreach (IGrouping<string, Chunk> phrases in one.GroupBy(static phrase => phrase.Preposition))
        {
            List<Chunk> here = [.. phrases];
            List<Chunk> there = other.FindAll(phrase => phrase.Preposition == phrases.Key);
            if (here.Zip(there).All(static pair => SaysSame(pair.First.Words, pair.Second.Words)))
            {
                continue;
            }

            if (Unmatched(here, there, static (phrase, candidate) => candidate.Near == phrase.Near && SaysSame(candidate.Words, phrase.Words)) is not null)
            {
                return false;
            }
        }

        return true;
    }

    /// <summary>
    /// A value between two open words of a chunk ("wine glass rack") belongs to the next of them, one at the front to what follows or to the
    /// whole: it may leave the chunk, but not change from the one place to the other ("glass wine rack").
    /// </summary>
    private static bool ValuesAgree(Scene one, Scene other) => InnerAgree(one, other) && InnerAgree(other, one);

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
            int first = chunk.Words.FindIndex(IsOpenWord);
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

            next = IsOpenWord(words[at]) ? words[at].Text : next;
        }
    }

    private static Chunk? UnlikePhrase(List<Chunk> one, List<Chunk> other) =>
        Unmatched(one, other, static (phrase, candidate) => candidate.Preposition == phrase.Preposition && SaysSame(candidate.Words, phrase.Words));

    /// <summary>The first of some chunks that none is left for among others; null where each has one of its own.</summary>
    private static Chunk? Unmatched(List<Chunk> one, List<Chunk> other, Func<Chunk, Chunk, bool> isAlike)
    {
        var left = new List<Chunk>(other);
        foreach (Chunk chunk in one)
        {
            int at = left.FindIndex(candidate => isAlike(chunk, candidate));
            if (at < 0)
            {
                return chunk;
            }

            left.RemoveAt(at);
        }

        return null;
    }

    /// <summary>The same words; only known values may have changed places, and none of one kind with another of it.</summary>
    private static bool SaysSame(List<Token> one, List<Token> other) =>
        one.Count == other.Count && WordMatch.Missing(one, other).Count == 0 && OrderAgrees(one, other);

    private static bool OrderAgrees(List<Token> one, List<Token> other)
    {
        foreach (ValueClass kind in (ReadOnlySpan<ValueClass>)[ValueClass.Colour, ValueClass.Material, ValueClass.Pattern])
        {
            if (!one.Where(word => word.Class == kind).Select(Text).SequenceEqual(other.Where(word => word.Class == kind).Select(Text)))
            {
                return false;
            }
        }

        return one.Where(IsOpen).Select(Text).SequenceEqual(other.Where(IsOpen).Select(Text)) && Head(one) == Head(other);
    }

    /// <summary>Places that follow each other without a mark are nested: "in a box on a shelf".</summary>
    private static bool PlacesAgree(List<Chunk> one, List<Chunk> other)
    {
        static bool IsPlace(Chunk chunk) => FunctionWords.Places.Contains(chunk.Preposition) || Participles.Introduces(chunk);
        List<Chunk> places = one.FindAll(IsPlace);
        List<Chunk> others = other.FindAll(IsPlace);
        bool isNested = places.Skip(1).Any(static chunk => chunk.IsAttached) || others.Skip(1).Any(static chunk => chunk.IsAttached);
        return !isNested || places.Zip(others).All(static pair => pair.First.Preposition == pair.Second.Preposition && SaysSame(pair.First.Words, pair.Second.Words));
    }

    /// <summary>What a participle says is said of what it follows; of the whole, where a mark parts it: "a boy dressed in red with a dog".</summary>
    private static bool FollowedAgree(List<Chunk> one, List<Chunk> other) =>
        one.Where(static phrase => phrase.Near is not null && Participles.Introduces(phrase))
            .All(phrase => other.Exists(candidate => candidate.Preposition == phrase.Preposition && (candidate.Near is null || candidate.Near == phrase.Near) && SaysSame(candidate.Words, phrase.Words)));

    private static bool ThingsAgree(Scene one, Scene other)
    {
        if (one.Thing is null || other.Thing is null)
        {
            return one.Thing is null && other.Thing is null;
        }

        List<Token> all = [.. one.Thing.Words, .. one.Bare.SelectMany(static chunk => chunk.Words)];
        List<Token> others = [.. other.Thing.Words, .. other.Bare.SelectMany(static chunk => chunk.Words)];
        if (all.Count != others.Count || WordMatch.Missing(all, others).Count > 0 || Head(one.Thing.Words) != Head(other.Thing.Words))
        {
            return false;
        }

        foreach (ValueClass kind in (ReadOnlySpan<ValueClass>)[ValueClass.Colour, ValueClass.Material, ValueClass.Pattern])
        {
            if (!all.Where(word => word.Class == kind).Select(Text).SequenceEqual(others.Where(word => word.Class == kind).Select(Text)))
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
            && !all.Where(static word => word.Class != ValueClass.None).Select(Text).SequenceEqual(others.Where(static word => word.Class != ValueClass.None).Select(Text)))
        {
            return false;
        }

        return Measured(all).SequenceEqual(Measured(others)) && MovesAgree(one, other) && KeepTogether(one, other) && KeepTogether(other, one);
    }

    /// <summary>The colours that stand alone, in their order: of two, it says which is whose.</summary>
    private static IEnumerable<string> Colours(Scene scene) =>
        scene.Bare.Where(static chunk => chunk.Words.TrueForAll(static word => word.Class is ValueClass.Colour or ValueClass.ColourThing))
            .SelectMany(static chunk => chunk.Words) is var alone && alone.Count() > 1 ? alone.Select(Text) : [];

    /// <summary>Numbers, measures of one base and packs keep their order.</summary>
    private static IEnumerable<string> Measured(List<Token> words) =>
        words.Where(static word => word.Kind is TokenKind.Number or TokenKind.Measure or TokenKind.Count).Select(Text)
            .GroupBy(static text => text[(text.LastIndexOf(' ') + 1)..]).OrderBy(static group => group.Key.All(char.IsDigit) ? "" : group.Key, StringComparer.Ordinal)
            .SelectMany(static group => group);

    /// <summary>Open words that stand with the thing in one text and apart from it in the other all move the same way.</summary>
    private static bool MovesAgree(Scene one, Scene other)
    {
        List<Token> here = one.Thing!.Words.FindAll(IsOpen);
        List<Token> there = other.Thing!.Words.FindAll(IsOpen);
        List<Token> moved = WordMatch.Missing(here, there);
        List<Token> movedBack = WordMatch.Missing(there, here);
        if (moved.Count > 0 && movedBack.Count > 0)
        {
            return false;
        }

        return here.Where(word => !moved.Contains(word)).Select(Text).SequenceEqual(there.Where(word => !movedBack.Contains(word)).Select(Text));
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

            bool isThere = other.Bare.Exists(candidate => SaysSame(chunk.Words, candidate.Words))
                || (WordMatch.Missing(chunk.Words, other.Thing!.Words).Count == 0
                    && chunk.Words.Where(IsOpen).Select(Text).SequenceEqual(other.Thing.Words.Where(word => IsOpen(word) && chunk.Words.Contains(word)).Select(Text)));
            if (!isThere)
            {
                return false;
            }
        }

        return true;
    }

    /// <summary>What is announced as the scene, the light or the like here stands with the thing itself there, and only there.</summary>
    private static bool IsApart(Chunk chunk, Scene own, Scene other)
    {
        static int Count(Scene scene, string word) => scene.Thing?.Words.Count(same => same.Text == word) ?? 0;
        return chunk.Label is "scene" or "light" or "camera" or "style" && !chunk.IsPhrase
            && chunk.Words.Exists(word => Count(other, word.Text) > Count(own, word.Text));
    }

    /// <summary>The word that says what a chunk is: its last that is no plain colour.</summary>
    private static string Head(List<Token> words)
    {
        int at = words.FindLastIndex(static word => word.IsWord && word.Class != ValueClass.Colour);
        return at >= 0 ? words[at].Text : words.Count > 0 ? words[^1].Text : "";
    }

    private static bool IsOpen(Token word) => word.Kind is TokenKind.Word or TokenKind.Number && word.Class is ValueClass.None or ValueClass.ColourThing;

    private static bool IsOpenWord(Token word) => word.IsWord && word.Class is ValueClass.None or ValueClass.ColourThing;

    private static string Text(Token word) => word.Text;
}
