using Farthing.Gateway.SemanticCache.Lists;

namespace Farthing.Gateway.SemanticCache.Reading;

/// <summary>
/// Which words a hyphen makes one of where the same two words without it would say something else: "a man-eating shark", "two-seater
/// sofas", "an old-clothes dealer". Others ("non-slip", "close-up") are the same without.
/// </summary>
/// <param name="Joined">The pairs that a hyphen joins.</param>
/// <param name="Parted">The pairs of the same kind that a blank parts.</param>
internal sealed record Ties(HashSet<string> Joined, HashSet<string> Parted)
{
    private const int Ahead = 4;
    private static readonly HashSet<string> Degrees = new(StringComparer.Ordinal) { "little", "more", "most", "less", "least" };
    private static readonly HashSet<string> Qualities = new(StringComparer.Ordinal) { "old", "new", "young", "small", "large", "rare", "cheap", "strange", "foreign", "used", "wild", "dead", "poor", "rich" };

    /// <summary>The pairs of a text.</summary>
    public static Ties Read(List<Token> tokens, GuardLists lists)
    {
        var ties = new Ties(new HashSet<string>(StringComparer.Ordinal), new HashSet<string>(StringComparer.Ordinal));
        for (int at = 1; at < tokens.Count; at++)
        {
            (Token before, Token token) = (tokens[at - 1], tokens[at]);
            if (token.IsWord && ((before.IsWord && (IsParticiple(token.Text) || IsCompound(tokens, at))) || (before.Kind == TokenKind.Number && lists.FindUnit(token.Text) is null && HasPlural(tokens, at + 1))))
            {
                (token.IsTied ? ties.Joined : ties.Parted).Add($"{before.Text}-{token.Text}");
            }
        }

        return ties;
    }

    /// <summary>Whether one text joins what the other only parts.</summary>
    public bool Differ(Ties other) => IsParted(other) || other.IsParted(this);

    private bool IsParted(Ties other) => Joined.Any(pair => other.Parted.Contains(pair) && !other.Joined.Contains(pair));

    /// <summary>
    /// "Old-clothes dealer" and "little-used": a word that could as well say something of what comes after. "Old-fashioned" can't.
    /// </summary>
    private static bool IsCompound(List<Token> tokens, int at) =>
        Degrees.Contains(tokens[at - 1].Text)
        || (Qualities.Contains(tokens[at - 1].Text) && !tokens[at].Text.EndsWith("ed", StringComparison.Ordinal) && tokens[at].Text != "born" && at + 1 < tokens.Count && tokens[at + 1].IsWord
            && FunctionWords.Prepositions.Match(ahead => ahead == 0 ? tokens[at + 1].Text : null, out _) == 0);

    private static bool IsParticiple(string word) => word.Length > 4 && word.EndsWith("ing", StringComparison.Ordinal);

    /// <summary>Of several things a number may be the count; of one it can't.</summary>
    private static bool HasPlural(List<Token> tokens, int at)
    {
        for (int next = at; next < tokens.Count && next < at + Ahead && tokens[next].IsWord; next++)
        {
            if (tokens[next].Text.EndsWith('s') && !tokens[next].Text.EndsWith("ss", StringComparison.Ordinal))
            {
                return true;
            }
        }

        return false;
    }
}
