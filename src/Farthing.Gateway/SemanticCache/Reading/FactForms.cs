namespace Farthing.Gateway.SemanticCache.Reading;

/// <summary>
/// Facts of their own between two marks that English says in several ways: ", for $49," and ", at 49 USD,"; "in a dry tone", "dry in tone" and
/// "tone: dry".
/// </summary>
internal static class FactForms
{
    private static readonly HashSet<string> Currencies = new(StringComparer.Ordinal) { "dollar", "eur", "gbp" };

    /// <summary>The same tokens with each such fact in one form.</summary>
    /// <param name="tokens">A text whose measures are read.</param>
    public static List<Token> Read(List<Token> tokens)
    {
        for (int start = 0; start < tokens.Count; start++)
        {
            if (start > 0 && !tokens[start - 1].IsMark)
            {
                continue;
            }

            int end = start;
            while (end < tokens.Count && !tokens[end].IsMark)
            {
                end++;
            }

            if (start > 0 && end - start == 2 && tokens[start].IsWord && tokens[start].Text is "for" or "at" && IsPrice(tokens[start + 1]))
            {
                tokens.RemoveAt(start);
            }
            else if (Tone(tokens, start, end) is { } tone)
            {
                int used = end == start + 1 ? 3 : end - start;
                tokens.RemoveRange(start, used);
                tokens.InsertRange(start, [tone, Token.Word("tone")]);
            }
        }

        return tokens;
    }

    private static bool IsPrice(Token token) => token.Kind == TokenKind.Measure && Currencies.Contains(token.Text[(token.Text.LastIndexOf(' ') + 1)..]);

    /// <summary>Which tone a clause is about; null where it is about anything else.</summary>
    private static Token? Tone(List<Token> tokens, int start, int end)
    {
        if (end == start + 1 && tokens[start].Is("tone") && end + 1 < tokens.Count && tokens[end].IsMarkOf(":") && tokens[end + 1].IsWord && (end + 2 == tokens.Count || tokens[end + 2].IsMark))
        {
            return Value(tokens[end + 1]);
        }

        if (end - start == 3 && tokens[start + 1].Is("in") && tokens[start + 2].Is("tone"))
        {
            return Value(tokens[start]);
        }

        int value = start + 1;
        value += value < end && tokens[value].IsWord && FunctionWords.Articles.Contains(tokens[value].Text) ? 1 : 0;
        return end - value == 2 && tokens[start].IsWord && tokens[start].Text is "in" or "with" && tokens[end - 1].Is("tone") ? Value(tokens[value]) : null;
    }

    private static Token? Value(Token token) => token.IsWord && !FunctionWords.Negations.Contains(token.Text) ? token : null;
}
