using Farthing.Gateway.SemanticCache.Reading;

namespace Farthing.Gateway.SemanticCache.Comparing;

/// <summary>Whether the same words belong together in two scenes that have the same words.</summary>
internal static class SceneMatch
{
    /// <summary>Whether two scenes bind alike; the phrase that does not otherwise.</summary>
    public static bool IsSame(Scene one, Scene other, out Chunk? unlike)
    {
        unlike = UnlikePhrase(one.Phrases, other.Phrases) ?? UnlikePhrase(other.Phrases, one.Phrases);
        return unlike is null && NumberPlaces.Agree(one, other) && PlacesAgree(one.Phrases, other.Phrases) && FollowedAgree(one.Phrases, other.Phrases) && FollowedAgree(other.Phrases, one.Phrases) && ThingMatch.Agree(one, other) && HoldersAgree(one, other) && NearAgree(one.Phrases, other.Phrases) && ValuePlaces.Agree(one, other);
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
            List<Chunk> alike = candidates.FindAll(candidate => ChunkWords.SaysSame(candidate.Words, chunk.Words));
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
            List<Chunk> alike = candidates.FindAll(candidate => candidate.Preposition == chunk.Preposition && ChunkWords.SaysSame(candidate.Words, chunk.Words));
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
            if (here.Zip(there).All(static pair => ChunkWords.SaysSame(pair.First.Words, pair.Second.Words)))
            {
                continue;
            }

            if (Unmatched(here, there, static (phrase, candidate) => candidate.Near == phrase.Near && ChunkWords.SaysSame(candidate.Words, phrase.Words)) is not null)
            {
                return false;
            }
        }

        return true;
    }

    private static Chunk? UnlikePhrase(List<Chunk> one, List<Chunk> other) =>
        Unmatched(one, other, static (phrase, candidate) => candidate.Preposition == phrase.Preposition && ChunkWords.SaysSame(candidate.Words, phrase.Words));

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

    /// <summary>Places that follow each other without a mark are nested: "in a box on a shelf".</summary>
    private static bool PlacesAgree(List<Chunk> one, List<Chunk> other)
    {
        static bool IsPlace(Chunk chunk) => FunctionWords.Places.Contains(chunk.Preposition) || Participles.Introduces(chunk);
        List<Chunk> places = one.FindAll(IsPlace);
        List<Chunk> others = other.FindAll(IsPlace);
        bool isNested = places.Skip(1).Any(static chunk => chunk.IsAttached) || others.Skip(1).Any(static chunk => chunk.IsAttached);
        return !isNested || places.Zip(others).All(static pair => pair.First.Preposition == pair.Second.Preposition && ChunkWords.SaysSame(pair.First.Words, pair.Second.Words));
    }

    /// <summary>What a participle says is said of what it follows; of the whole, where a mark parts it: "a boy dressed in red with a dog".</summary>
    private static bool FollowedAgree(List<Chunk> one, List<Chunk> other) =>
        one.Where(static phrase => phrase.Near is not null && Participles.Introduces(phrase))
            .All(phrase => other.Exists(candidate => candidate.Preposition == phrase.Preposition && (candidate.Near is null || candidate.Near == phrase.Near) && ChunkWords.SaysSame(candidate.Words, phrase.Words)));

    /// <summary>What is announced as the scene, the light or the like here stands with the thing itself there, and only there.</summary>
    private static bool IsApart(Chunk chunk, Scene own, Scene other)
    {
        static int Count(Scene scene, string word) => scene.Thing?.Words.Count(same => same.Text == word) ?? 0;
        return chunk.Label is "scene" or "light" or "camera" or "style" && !chunk.IsPhrase
            && chunk.Words.Exists(word => Count(other, word.Text) > Count(own, word.Text));
    }
}
