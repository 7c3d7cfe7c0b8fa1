using Farthing.Gateway.SemanticCache.Lists;

namespace Farthing.Gateway.SemanticCache.Reading;

/// <summary>
/// Which words a hyphen makes one of where the same two words without it would say something else: "a man-eating shark", "two-seater
/// sofas". Others ("non-slip", "close-up") are the same without.
/// </summary>
/// <param name="Joined">The pairs that a hyphen joins.</param>
/// <param name="Parted">The pairs of the same kind that a blank parts.</param>
internal sealed record Ties(HashSet<string> Joined, HashSet<string> Parted)
{
    private const int Ahead = 4;

    /// <summary>The pairs of a text.</summary>
    public static Ties Read(List<Token> tokens, GuardLists lists)
    {
        var ties = new Ties(new HashSet<string>(StringComparer.Ordinal), new HashSet<string>(StringComparer.Ordinal));
        for (int at = 1; at < tokens.Count; at++)
        {
            (Token before, Token token) = (tokens[at - 1], tokens[at]);
            if (token.IsWord && ((before.IsWord && IsParticiple(token.Text)) || (before.Kind == TokenKind.Number && lists.FindUnit(token.Text) is null && HasPlural(tokens, at + 1))))
            {
                (token.IsTied ? ties.Joined : ties.Parted).Add($"{before.Text}-{token.Text}");
            }
        }

        return ties;
    }

    /// <summary>Whether one text joins what the other only parts.</summary>
    public bool Differ(Ties other) => IsParted(other) || other.IsParted(this);

    private bool IsParted(Ties other) => Joined.Any(pair => other.Parted.Contains(pair) && !other.Joined.Contains(pair));

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
