namespace Farthing.Gateway.SemanticCache.Reading;

/// <summary>Ages from which something is: "ages 3+", "from 3 years", "for ages 3 and up".</summary>
internal static class Ages
{
    private static readonly HashSet<string> Names = new(StringComparer.Ordinal) { "age", "ages", "aged" };

    /// <summary>Reads the age at the head of a list.</summary>
    /// <returns>How many tokens it is; 0 for none.</returns>
    public static int Read(ReadOnlySpan<Token> tokens, out Token token)
    {
        token = default;
        int at = tokens[0].Is("for") && tokens.Length > 1 && Names.Contains(Token.TextAt(tokens, 1)) ? 1 : 0;
        bool isAnnounced = Names.Contains(Token.TextAt(tokens, at)) && tokens[at].IsWord;
        bool isFrom = tokens[0].Is("from");
        at += isAnnounced || isFrom ? 1 : 0;
        isFrom |= isAnnounced && Token.TextAt(tokens, at) == "from";
        at += isAnnounced && Token.TextAt(tokens, at) == "from" ? 1 : 0;
        if (at >= tokens.Length || tokens[at].Kind != TokenKind.Number)
        {
            return 0;
        }

        string years = tokens[at++].Text;
        bool isOpen = isFrom;
        bool hasYears = false;
        for (; at < tokens.Length && !tokens[at].IsMark; at++)
        {
            string word = tokens[at].Text;
            if (word == "+")
            {
                isOpen = true;
            }
            else if (word is "years" or "year" or "yrs" or "yr")
            {
                hasYears = true;
            }
            else if (word == "and" && Token.TextAt(tokens, at + 1) is "up" or "older" or "over" or "above")
            {
                isOpen = true;
                at++;
            }
            else
            {
                break;
            }
        }

        if (!isOpen || !(hasYears || isAnnounced))
        {
            return 0;
        }

        token = new Token(TokenKind.Age, years + "+");
        return at;
    }
}
