using Farthing.Gateway.SemanticCache.Lists;

namespace Farthing.Gateway.SemanticCache.Reading;

/// <summary>
/// One sign for what makes a number an approximate one: "about 5 kg" and "~5 kg". A caption about two mugs is something else, and the
/// words must not be taken for the end of the job's clause.
/// </summary>
internal static class Approximations
{
    /// <summary>The sign, before its number.</summary>
    public const string Sign = "~";

    private static readonly HashSet<string> NumberWords = [.. Numbers.Words];

    public static List<Token> Read(List<Token> tokens, TaskWords task)
    {
        for (int at = 0; at + 1 < tokens.Count; at++)
        {
            bool isAbout = tokens[at].Is("about") && !(at > 0 && (task.Answers.ContainsKey(tokens[at - 1].Text) || task.Pictures.Contains(tokens[at - 1].Text)));
            if (tokens[at].IsWord && (isAbout || tokens[at].Text is "approximately" or "roughly" or "circa") && IsNumber(tokens[at + 1]))
            {
                tokens[at] = Token.Word(Sign);
            }
        }

        return tokens;
    }

    private static bool IsNumber(Token token) => token.Kind == TokenKind.Number || (token.IsWord && (NumberWords.Contains(token.Text) || token.Text is "$" or "\u20ac" or "\u00a3"));
}
