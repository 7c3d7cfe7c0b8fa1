using Farthing.Gateway.SemanticCache.Comparing;
using Farthing.Gateway.SemanticCache.Lists;
using Farthing.Gateway.SemanticCache.Reading;

namespace Farthing.Gateway.SemanticCache.Guarding;

/// <summary>
/// Decides whether the answer to one text may be served for another. It fails closed: what is not understood differs.
/// Safe to use from many threads.
/// </summary>
/// <param name="lists">What may be excused.</param>
public sealed class CaptionGuard(GuardLists lists)
{
    private readonly RequestReader _reader = new(lists);
    private readonly WordMatch _words = new(lists.Vocabulary);

    /// <summary>Reads a text for comparing.</summary>
    /// <param name="text">The whole text, not what the embedder saw of it.</param>
    /// <param name="embedded">What the embedder says of it.</param>
    public GuardText Read(string text, EmbeddedText embedded = EmbeddedText.Whole)
    {
        ArgumentNullException.ThrowIfNull(text);
        return _reader.Read(text, embedded);
    }

    /// <summary>Compares two texts; the order of the two does not matter.</summary>
    public GuardVerdict Compare(string one, string other) => Compare(Read(one), Read(other));

    /// <summary>Compares two texts; the order of the two does not matter.</summary>
    /// <remarks>
    /// Steps: 1. the same text, 2. what the embedder did not see, 3. the answer asked for, capitals, commas and hyphens that say something, 4. words that only one has, slips
    /// excused, 5. what belongs to what.
    /// </remarks>
    public GuardVerdict Compare(GuardText one, GuardText other)
    {
        ArgumentNullException.ThrowIfNull(one);
        ArgumentNullException.ThrowIfNull(other);
        if (one.Original == other.Original)
        {
            return GuardVerdict.Same;
        }

        EmbeddedText embedded = one.Embedded | other.Embedded;
        if (embedded != EmbeddedText.Whole)
        {
            return new GuardVerdict(embedded.HasFlag(EmbeddedText.Cut) ? GuardReason.Cut : GuardReason.UnknownScript);
        }

        if (one.IsTooLong || other.IsTooLong || one.Sequence.Length == 0 || other.Sequence.Length == 0)
        {
            return new GuardVerdict(GuardReason.Unreadable);
        }

        if (one.Answer != other.Answer)
        {
            return new GuardVerdict(GuardReason.Answer, other.Answer.Length > 0 ? other.Answer : one.Answer);
        }

        if (WrittenForms.Differ(one.Forms, other.Forms, out string word))
        {
            return new GuardVerdict(GuardReason.Word, word);
        }

        if (Speech.Differ(one.Said, other.Said))
        {
            return new GuardVerdict(GuardReason.Roles, "comma");
        }

        return one.Ties.Differ(other.Ties) ? new GuardVerdict(GuardReason.Roles, "hyphen") : Words(one, other);
    }

    private GuardVerdict Words(GuardText one, GuardText other)
    {
        (List<Token> here, List<Token> there) = (Stated(one.Scene), Stated(other.Scene));
        List<Token> missing = WordMatch.Missing(here, there);
        List<Token> added = WordMatch.Missing(there, here);
        missing.AddRange(WordMatch.Missing(one.Strange, other.Strange));
        added.AddRange(WordMatch.Missing(other.Strange, one.Strange));
        Dictionary<string, Token> read = missing.Count > 0 && added.Count > 0 ? _words.Pair(missing, added) : [];
        if (missing.Count + added.Count > 0)
        {
            return Reason(missing, added, one.Scene, other.Scene);
        }

        if (!one.Strange.Select(word => read.GetValueOrDefault(word.Text, word).Text).SequenceEqual(other.Strange.Select(word => read.GetValueOrDefault(word.Text, word).Text)))
        {
            return new GuardVerdict(GuardReason.Roles, "order of the request's words");
        }

        (Scene first, Scene second) = read.Count > 0 ? (ReadAs(one.Scene, read), ReadAs(other.Scene, read)) : (one.Scene, other.Scene);
        if (!SceneMatch.LabelsAgree(first, second))
        {
            return new GuardVerdict(GuardReason.Roles, "labels");
        }

        if ((first.IsOrdered || second.IsOrdered) && !Ordered(one, read).SequenceEqual(Ordered(other, read)))
        {
            return new GuardVerdict(GuardReason.Roles, "order");
        }

        if (SceneMatch.IsSame(first, second, out Chunk? unlike))
        {
            return GuardVerdict.Same;
        }

        if (read.Count == 0 && one.Sequence == other.Sequence && !one.Scene.HasLooseColour && !other.Scene.HasLooseColour
            && !one.Scene.Phrases.Exists(static phrase => phrase.IsNegated))
        {
            return GuardVerdict.Same;
        }

        bool denies = unlike is { IsNegated: true }
            || one.Scene.Phrases.Count(static phrase => phrase.IsNegated) != second.Phrases.Count(static phrase => phrase.IsNegated);
        return new GuardVerdict(denies ? GuardReason.Negation : GuardReason.Roles, unlike is null ? "" : $"{unlike.Preposition} {string.Join(' ', unlike.Words.Select(static word => word.Text))}");
    }

    private static List<Token> Stated(Scene scene) => [.. scene.All.SelectMany(static chunk => chunk.Words)];

    /// <summary>What a text says, word by word.</summary>
    private static IEnumerable<string> Ordered(GuardText text, Dictionary<string, Token> read) =>
        text.Sequence.Split(' ').Select(word => read.TryGetValue(word, out Token meant) ? meant.Text : word);

    private static Scene ReadAs(Scene scene, Dictionary<string, Token> read)
    {
        string? Named(string? words) => words is null ? null : string.Join(' ', words.Split(' ').Select(word => read.TryGetValue(word, out Token meant) ? meant.Text : word));
        Chunk Chunk(Chunk chunk) => chunk with { Holder = Named(chunk.Holder), Near = Named(chunk.Near), Tied = Named(chunk.Tied), Words = chunk.Words.ConvertAll(word => word.IsWord && read.TryGetValue(word.Text, out Token meant) ? meant : word) };
        return scene with { Thing = scene.Thing is null ? null : Chunk(scene.Thing), Bare = scene.Bare.ConvertAll(Chunk), Phrases = scene.Phrases.ConvertAll(Chunk) };
    }

    private static GuardVerdict Reason(List<Token> missing, List<Token> added, Scene one, Scene other)
    {
        List<Token> all = [.. missing, .. added];
        Token first = all[0];
        bool isDenied = one.Phrases.Concat(other.Phrases).Any(phrase => phrase.IsNegated && phrase.Words.Exists(word => all.Contains(word)));
        GuardReason reason = GuardReason.Word;
        foreach (Token token in all)
        {
            GuardReason found = token.Kind switch
            {
                TokenKind.Number or TokenKind.Count => GuardReason.Number,
                TokenKind.Measure or TokenKind.Size or TokenKind.Age => GuardReason.Measure,
                TokenKind.Language => GuardReason.Language,
                _ => token.Class is ValueClass.Colour ? GuardReason.Colour : GuardReason.Word,
            };
            if (reason == GuardReason.Word && found != GuardReason.Word)
            {
                (reason, first) = (found, token);
            }
        }

        return new GuardVerdict(isDenied && reason == GuardReason.Word ? GuardReason.Negation : reason, first.Text);
    }
}
