using Farthing.Gateway.SemanticCache.Reading;

namespace Farthing.Gateway.SemanticCache.Comparing;

/// <summary>What the words of a chunk say, and whether two chunks say the same.</summary>
internal static class ChunkWords
{
    /// <summary>The same words; only known values may have changed places, and none of one kind with another of it.</summary>
    public static bool SaysSame(List<Token> one, List<Token> other) =>
        one.Count == other.Count && WordMatch.Missing(one, other).Count == 0 && OrderAgrees(one, other);

    private static bool OrderAgrees(List<Token> one, List<Token> other)
    {
        foreach (ValueClass kind in (ReadOnlySpan<ValueClass>)[ValueClass.Colour, ValueClass.Material, ValueClass.Pattern])
        {
            if (!Values(one, kind).SequenceEqual(Values(other, kind)))
            {
                return false;
            }
        }

        return one.Where(IsOpen).Select(Text).SequenceEqual(other.Where(IsOpen).Select(Text)) && Head(one) == Head(other);
    }

    /// <summary>The word that says what a chunk is: its last that is no plain colour.</summary>
    public static string Head(List<Token> words)
    {
        int at = words.FindLastIndex(static word => word.IsWord && word.Class != ValueClass.Colour);
        return at >= 0 ? words[at].Text : words.Count > 0 ? words[^1].Text : "";
    }

    public static bool IsOpen(Token word) => word.Kind is TokenKind.Word or TokenKind.Number && word.Class is ValueClass.None or ValueClass.ColourThing;

    public static bool IsOpenWord(Token word) => word.IsWord && word.Class is ValueClass.None or ValueClass.ColourThing;

    public static string Text(Token word) => word.Text;

    /// <summary>The values of a kind, in their order.</summary>
    public static IEnumerable<string> Values(IEnumerable<Token> words, ValueClass kind) => words.Where(word => word.Class == kind).Select(Text);
}
