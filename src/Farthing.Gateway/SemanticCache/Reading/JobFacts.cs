using Farthing.Gateway.SemanticCache.Lists;

namespace Farthing.Gateway.SemanticCache.Reading;

/// <summary>
/// Little words of a job's clause that state something by their place, and are compared: "into" or "from" a language, "and" or "or" between
/// two answers, what stands before a number, how much something matters.
/// </summary>
internal sealed class JobFacts(TaskWords task)
{
    private static readonly HashSet<string> NumberWords = [.. Numbers.Words];

    /// <summary>Such words of a clause, in its order.</summary>
    public List<Token> Read(List<Token> clause)
    {
        var facts = new List<Token>();
        for (int at = 0; at < clause.Count; at++)
        {
            Token token = clause[at];
            int next = at + 1;
            while (next < clause.Count && clause[next].IsWord && FunctionWords.Articles.Contains(clause[next].Text))
            {
                next++;
            }

            if (!token.IsWord)
            {
                continue;
            }

            if (IsModal(clause, at) || (next < clause.Count && IsBeforeNumber(token, clause[next])))
            {
                facts.Add(token);
            }
            else if (next < clause.Count && IsDirection(token, clause[next]))
            {
                facts.Add(token.Text == "to" ? Token.Word("into") : token);
            }
            else if (at > 0 && next < clause.Count && token.Text is "and" or "or")
            {
                facts.AddRange(Joined(clause, at, next));
            }
        }

        return facts;
    }

    private static bool IsLanguage(Token token) => token.Kind == TokenKind.Language || (token.IsWord && FunctionWords.Languages.Contains(token.Text));

    /// <summary>"Could you" is a courtesy and "what text should I use" a question; "you should" and "you could" say how much it matters.</summary>
    private static bool IsModal(List<Token> clause, int at) =>
        at > 0 && FunctionWords.Modals.Contains(clause[at].Text) && clause[at - 1].IsWord && FunctionWords.Addressed.Contains(clause[at - 1].Text)
        && !(clause[0].IsWord && clause[0].Text is "what" or "which" && at + 1 < clause.Count && clause[at + 1].Text is "i" or "we" or "you");

    private static bool IsDirection(Token token, Token next) => IsLanguage(next) && token.Text is "from" or "to" or "into";

    private static bool IsBeforeNumber(Token token, Token next) => (next.Kind == TokenKind.Number || (next.IsWord && next.Text != "one" && NumberWords.Contains(next.Text))) && token.Text is "above" or "below" or "up" or "to" or "from" or "by" or "out" or "about";

    /// <summary>Two languages, two unknown words, or two answers, where these are no input: "turn this title and description into".</summary>
    private IEnumerable<Token> Joined(List<Token> clause, int at, int next)
    {
        if (IsLanguage(clause[next]) || IsLanguage(clause[at - 1]) || !task.All.Contains(clause[next].Text))
        {
            return [clause[at]];
        }

        bool isInput = clause[..at].Exists(static word => word.Text is "this" or "that" or "these" or "those" or "from" or "following" or "below" or "above" or "my" or "our")
            || clause[next..].Exists(static word => word.Text is "into" or "as");
        return !isInput && task.Answers.TryGetValue(clause[next].Text, out string? answer) && task.Answers.ContainsKey(clause[at - 1].Text)
            ? [clause[at], Token.Word(answer)]
            : [];
    }
}
