using Farthing.Gateway.SemanticCache.Lists;

namespace Farthing.Gateway.SemanticCache.Reading;

/// <summary>
/// Says who made a thing, and of what, in one place: "a blue glove from Zubo" is "a Zubo blue glove", "a ring made of natural rubber" is "a
/// natural rubber ring". Only a name that is no English word is a maker's ("a bag from Zubo", not "a bag from school"), or a firm's capitals, and only what
/// is a material at least in part is what a thing is made of ("a board made of cheese" is no cheese board).
/// </summary>
internal sealed class Makers(GuardLists lists)
{
    private const int MaxWords = 3;

    public List<Chunk> Read(List<Chunk> chunks)
    {
        // With two things, or two makers, it is a matter of place whose each is.
        if (chunks.Count(IsMaker) == 1)
        {
            Move(chunks, IsMaker);
        }

        if (chunks.Count(IsMade) == 1)
        {
            Move(chunks, IsMade);
        }

        return chunks;
    }

    private bool IsMaker(Chunk chunk) =>
        (chunk.Preposition is "by" or "from" or "made by" && chunk.Words.Count is > 0 and <= MaxWords && IsName(chunk.Words[0])
        && chunk.Words.TrueForAll(static word => word.IsWord && word.Class == ValueClass.None) && !chunk.Words[^1].Is("and"))
        || IsFirm(chunk);

    /// <summary>A name of English words: only by its capitals, and where nothing but a maker is so introduced ("made by Blue Moon", "by Ash and Sons"; not "by Green Lake").</summary>
    private static bool IsFirm(Chunk chunk) =>
        chunk.Words.Count is > 0 and <= MaxWords && chunk.Words[0].IsCapital && chunk.Words[^1].IsCapital
        && chunk.Words.TrueForAll(static word => word.IsWord && (word.IsCapital || word.Is("and")))
        && (chunk.Preposition == "made by" || (chunk.Preposition is "by" or "from" && chunk.Words.Count == MaxWords && chunk.Words[1].Is("and")));

    private static bool IsMade(Chunk chunk) =>
        chunk.Preposition == "made of" && chunk.Words.Count is > 1 and <= MaxWords
        && chunk.Words.Exists(static word => word.Class == ValueClass.Material) && chunk.Words.TrueForAll(static word => word.IsWord && word.Class is ValueClass.Material or ValueClass.None && !word.Is("and"));

    private bool IsName(Token word) => word.IsWord && !word.IsMended && word.Text.Length > 2 && word.Text.All(char.IsLetter) && !lists.Vocabulary.IsKnown(word.Text);

    /// <summary>Only from directly behind the thing itself: behind another phrase it may be that phrase's.</summary>
    private void Move(List<Chunk> chunks, Predicate<Chunk> isMoved)
    {
        int at = chunks.FindIndex(isMoved);
        // Where each word has a capital, none says anything.
        if (at > 0 && IsFirm(chunks[at]) && !chunks[at].Words.Exists(IsName) && !chunks[at - 1].Words.Exists(static word => word.IsWord && !word.IsCapital))
        {
            return;
        }

        if (at == 0 || !chunks[at].IsAttached || chunks[at - 1].Words.Count == 0 || chunks[at - 1].Label is not (null or "product") || chunks.FindIndex(static chunk => chunk.IsPhrase) != at)
        {
            return;
        }

        Chunk thing = chunks[at - 1];
        int place = 0;
        while (chunks[at].Preposition == "made of" && place < thing.Words.Count - 1
            && (IsName(thing.Words[place]) || thing.Words[place].Class is ValueClass.Colour or ValueClass.ColourThing or ValueClass.Pattern))
        {
            place++;
        }

        chunks[at - 1] = thing with { Words = [.. thing.Words[..place], .. chunks[at].Words, .. thing.Words[place..]] };
        chunks.RemoveAt(at);
    }
}
