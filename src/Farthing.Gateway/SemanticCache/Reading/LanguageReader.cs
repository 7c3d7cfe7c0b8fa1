namespace Farthing.Gateway.SemanticCache.Reading;

/// <summary>
/// Makes one token of what asks for an answer in a language: "in German", "(German)", "German text", "language: German".
/// A language in any other place ("French press", "nail polish") stays a word.
/// </summary>
internal static class LanguageReader
{
    private static readonly HashSet<string> Around = new(StringComparer.Ordinal)
    {
        "answer", "reply", "respond", "response", "caption", "text", "output", "written", "language", "in", "write", "please", "use",
    };

    public static List<Token> Read(List<Token> tokens)
    {
        for (int at = 0; at < tokens.Count; at++)
        {
            if (!tokens[at].IsWord || !FunctionWords.Languages.Contains(tokens[at].Text) || !IsAsked(tokens, at))
            {
                continue;
            }

            int start = at;
            if (IsFull(tokens, at))
            {
                start = at - 1;
            }

            while (start > 0 && ((tokens[start - 1].IsWord && Around.Contains(tokens[start - 1].Text))
                || (tokens[start - 1].Is("it") && start > 1 && tokens[start - 2].Is("write"))
                || (tokens[start - 1].IsMarkOf(":") && start > 1 && tokens[start - 2].Is("language"))))
            {
                start--;
            }

            int end = at + 1;
            while (end < tokens.Count && tokens[end].IsWord && tokens[end].Text is "text" or "caption" or "output" or "language")
            {
                end++;
            }

            Token language = new(TokenKind.Language, tokens[at].Text);
            tokens.RemoveRange(start, end - start);
            tokens.Insert(start, language);
            at = start;
        }

        // "In German: a caption for a harp": the request begins after it.
        if (tokens is [{ Kind: TokenKind.Language } first, { IsMark: true }, _, ..])
        {
            tokens.RemoveRange(0, 2);
            tokens.Add(Token.Mark('.'));
            tokens.Add(first);
        }

        return tokens;
    }

    /// <summary>"In the Italian language".</summary>
    private static bool IsFull(List<Token> tokens, int at) =>
        at > 1 && tokens[at - 1].Is("the") && tokens[at - 2].Is("in") && at + 1 < tokens.Count && tokens[at + 1].Is("language") && (at + 2 == tokens.Count || tokens[at + 2].IsMark);

    private static bool IsAsked(List<Token> tokens, int at)
    {
        bool isLast = at + 1 >= tokens.Count || tokens[at + 1].IsMark || tokens[at + 1].Is("please");
        Token before = at > 0 ? tokens[at - 1] : Token.Mark('_');
        return IsFull(tokens, at) || (before.Is("in") && isLast)
            || (before.Is("language") && isLast)
            || (before.Is("use") && isLast)
            || (before.IsMark && isLast && at > 0)
            || (before.IsMarkOf(":") && at > 1 && tokens[at - 2].Is("language"))
            || (before.IsMarkOf("(") && isLast && at + 1 < tokens.Count && tokens[at + 1].IsMarkOf(")"))
            || (before.IsMark && at + 1 < tokens.Count && tokens[at + 1].Text is "text" or "output" or "caption" && (at + 2 >= tokens.Count || tokens[at + 2].IsMark));
    }
}
