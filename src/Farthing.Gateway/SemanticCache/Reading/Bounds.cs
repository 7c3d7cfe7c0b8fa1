using Farthing.Gateway.SemanticCache.Lists;

namespace Farthing.Gateway.SemanticCache.Reading;

/// <summary>
/// One word for what bounds a number: "up to 8 words" and "no more than 8 words" are "maximum 8 words". It is read before the job is taken off,
/// whose clause has little words of its own: eight words are not up to eight.
/// </summary>
internal static class Bounds
{
    private static readonly PhraseTable<string> Phrases = Table();
    private static readonly HashSet<string> NumberWords = [.. Numbers.Words];

    public static List<Token> Read(List<Token> tokens)
    {
        for (int at = 0; at < tokens.Count; at++)
        {
            int used = Phrases.Match(ahead => at + ahead < tokens.Count && tokens[at + ahead].IsWord ? tokens[at + ahead].Text : null, out string bound);
            if (used > 0 && at + used < tokens.Count && (tokens[at + used].Kind == TokenKind.Number || (tokens[at + used].IsWord && NumberWords.Contains(tokens[at + used].Text))))
            {
                tokens.RemoveRange(at, used - 1);
                tokens[at] = Token.Word(bound);
            }
        }

        return tokens;
    }

    private static PhraseTable<string> Table()
    {
        var table = new PhraseTable<string>();
        foreach (string most in (string[])["up to", "at most", "at the most", "no more than", "not more than", "maximum of", "a maximum of", "not exceeding"])
        {
            table.Add(most, "maximum");
        }

        foreach (string least in (string[])["at least", "at the least", "no less than", "not less than", "no fewer than", "not fewer than", "minimum of", "a minimum of"])
        {
            table.Add(least, "minimum");
        }

        return table;
    }
}
