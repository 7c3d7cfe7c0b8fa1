using Farthing.Gateway.SemanticCache.Lists;

namespace Farthing.Gateway.SemanticCache.Reading;

/// <summary>Which answer the words of a job ask for.</summary>
internal sealed class AnswerNames(TaskWords task)
{
    /// <summary>The answer that is asked for; empty where none is named.</summary>
    /// <param name="frame">The words of the job's clauses.</param>
    public string Read(List<Token> frame)
    {
        string answer = "";
        bool hasVerb = frame.Exists(token => task.Verbs.Contains(token.Text));
        for (int at = 0; at < frame.Count; at++)
        {
            if (!task.Answers.TryGetValue(frame[at].Text, out string? named))
            {
                continue;
            }

            bool isGoal = at > 0 && (frame[at - 1].Text is "into" or "as" or "to" || (at > 1 && frame[at - 2].Text is "into" or "as" or "to"));
            if (named == "prompt")
            {
                return named;
            }

            // "Alt text" is alt text; a text is only what no word before it says more of.
            if (named == "text" && at > 0 && task.Answers.TryGetValue(frame[at - 1].Text, out string? other) && other is not "text")
            {
                answer = other;
                continue;
            }

            // "Image title: …", "slogan: …" and "title for a …" ask for one; "title: …" only says what follows.
            bool isNamed = !hasVerb && at == 0 && (named != "title" || (frame.Count > 1 && task.Ends.Contains(frame[1].Text)));
            isNamed |= !hasVerb && at > 0 && (named != "title" || task.Pictures.Contains(frame[at - 1].Text) || frame[at - 1].Is("listing"));
            isNamed |= !hasVerb && named == "ad";
            answer = isGoal || named == "text" || ((hasVerb || isNamed) && answer.Length == 0) ? named : answer;
        }

        return answer;
    }
}
