namespace Farthing.Gateway.SemanticCache.Reading;

/// <summary>Says in one way what chunks say in several: "kite in blue", "a table with a shoe on it", "right of".</summary>
internal static class SceneReader
{
    public static Scene Read(List<Chunk> chunks)
    {
        bool isOrdered = chunks.Exists(static chunk => FunctionWords.Ordering.Contains(chunk.Preposition)
            || chunk.Words.Exists(static word => word.IsWord && FunctionWords.Ordering.Contains(word.Text)));
        chunks = WithValues(chunks);
        int head = chunks.FindIndex(static chunk => chunk.Label == "product" && !chunk.IsPhrase);
        head = head >= 0 ? head : chunks.FindIndex(static chunk => !chunk.IsPhrase && chunk.Words.Exists(static word => word.IsWord && word.Class is not (ValueClass.Colour or ValueClass.ColourThing)));
        head = head >= 0 ? head : chunks.FindIndex(static chunk => !chunk.IsPhrase && chunk.Words.Exists(static word => word.IsWord && word.Class != ValueClass.Colour));
        head = head >= 0 ? head : chunks.FindIndex(static chunk => !chunk.IsPhrase);
        if (head < 0)
        {
            return new Scene(null, [], [.. chunks]) { IsOrdered = isOrdered };
        }

        Chunk thing = chunks[head];
        List<Chunk> bare = [.. chunks.Where((chunk, at) => at != head && !chunk.IsPhrase)];
        List<Chunk> phrases = [.. chunks.Where(static chunk => chunk.IsPhrase)];
        int firstPhrase = chunks.FindIndex(static chunk => chunk.IsPhrase);
        bool hasLateColour = firstPhrase >= 0 && chunks.Skip(firstPhrase).Any(static chunk => !chunk.IsPhrase && chunk.Words.TrueForAll(static word => word.Class != ValueClass.None));
        Turn(ref thing, phrases, firstPhrase == head + 1 && !hasLateColour);
        bool hasLooseColour = hasLateColour || chunks.Exists(static chunk => chunk.Preposition == "in colour");
        return new Scene(thing, bare, phrases) { HasLooseColour = hasLooseColour, IsOrdered = isOrdered };
    }

    /// <summary>"In blue" and "made of steel" belong to the nearest thing before it; after a mark, to the thing of the whole text.</summary>
    private static List<Chunk> WithValues(List<Chunk> chunks)
    {
        var read = new List<Chunk>(chunks.Count);
        foreach (Chunk each in chunks)
        {
            // A thing against a white background is on it.
            Chunk chunk = each.Preposition == "against" && each.Words is [.., var last] && last.Is("background") ? each with { Preposition = "on" } : each;
            bool isValue = chunk.Words.Count > 0 && chunk.Preposition switch
            {
                "in" => chunk.Words.TrueForAll(static word => word.Class is ValueClass.Colour or ValueClass.ColourThing || word.Is("and"))
                    || (chunk.IsAttached && chunk.Words is [var only] && FunctionWords.Shaped.Contains(only.Text)),
                "made of" => chunk.Words.TrueForAll(static word => word.Class == ValueClass.Material),
                _ => false,
            };
            if (!isValue)
            {
                read.Add(chunk);
                continue;
            }

            Chunk? before = chunk.IsAttached && read.Count > 0 && read[^1].IsPhrase ? read[^1] : null;
            if (before is not null && before.Words.Count > 0)
            {
                read[^1] = before with { Words = [.. chunk.Words, .. before.Words] };
            }
            else
            {
                read.Add(chunk with { Preposition = "" });
            }
        }

        return read;
    }

    private static void Turn(ref Chunk thing, List<Chunk> phrases, bool isPlain)
    {
        // "A table with a shoe on it" is "a shoe on a table".
        if (phrases.Count >= 2 && phrases[0].Preposition == "with" && phrases[0].IsAttached && phrases[1].Words is [var it, ..]
            && FunctionWords.Pronouns.Contains(it.Text) && FunctionWords.Places.Contains(phrases[1].Preposition) && phrases[1].Words.Count == 1)
        {
            (Chunk whole, Chunk part, string place) = (thing, phrases[0], phrases[1].Preposition);
            thing = whole with { Words = part.Words };
            phrases[0] = part with { Preposition = place, Words = whole.Words, Holder = null, Near = null };
            phrases.RemoveAt(1);
        }

        if (!isPlain || phrases.Count == 0 || !phrases[0].IsAttached || phrases[0].Words.Count == 0)
        {
            return;
        }

        string relation = phrases[0].Preposition;
        string? turned = FunctionWords.Inverses.GetValueOrDefault(relation);
        if (turned is null && !(relation == "beside" && string.CompareOrdinal(Key(phrases[0]), Key(thing)) < 0))
        {
            return;
        }

        (Chunk one, Chunk other) = (thing, phrases[0]);
        thing = one with { Words = other.Words };
        phrases[0] = other with { Preposition = turned ?? relation, Words = one.Words, Holder = null, Near = null };
    }

    private static string Key(Chunk chunk) => string.Join(' ', chunk.Words.Select(static word => word.Text).Order(StringComparer.Ordinal));
}
