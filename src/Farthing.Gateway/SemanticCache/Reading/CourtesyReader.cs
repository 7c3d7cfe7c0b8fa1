using Farthing.Gateway.SemanticCache.Lists;

namespace Farthing.Gateway.SemanticCache.Reading;

/// <summary>
/// Takes courtesies off both ends of a text: listed phrases, clauses that are made of courtesy words alone, and such words
/// before a verb of the job. In the middle of a text nothing is taken off.
/// </summary>
internal sealed class CourtesyReader(GuardLists lists)
{
    private const int MaxWords = 14;
    // Nobody ends with a greeting: what stands there is to be seen, as on a sign.
    private static readonly HashSet<string> FirstWords = new(StringComparer.Ordinal) { "hi", "hello", "hey", "dear", "greetings", "howdy" };
    private static readonly HashSet<string> LastWords = new(StringComparer.Ordinal) { "please", "thanks", "cheers" };

    private readonly CourtesyClauses _clauses = new(lists.CourtesyClauses);

    public List<Token> Read(List<Token> tokens)
    {
        // "A prompt, please, for": between two marks it is never a value.
        for (int at = tokens.Count - 2; at > 0; at--)
        {
            if (at + 1 < tokens.Count && tokens[at].Is("please") && tokens[at - 1].IsMarkOf(",") && tokens[at + 1].IsMarkOf(","))
            {
                tokens.RemoveRange(at - 1, 3);
            }
        }

        while (tokens.Count > 0 && Head(tokens) is > 0 and int head && head < tokens.Count)
        {
            tokens.RemoveRange(0, head);
        }

        while (tokens.Count > 0 && Tail(tokens) is > 0 and int tail && tail < tokens.Count)
        {
            tokens.RemoveRange(tokens.Count - tail, tail);
        }

        return tokens;
    }

    private static int PastMarks(List<Token> tokens, int at)
    {
        while (at < tokens.Count && tokens[at].IsMark)
        {
            at++;
        }

        return at;
    }

    private int Head(List<Token> tokens)
    {
        int start = PastMarks(tokens, 0);
        if (start < tokens.Count && tokens[start].IsWord && lists.Decorations.Contains(tokens[start].Text))
        {
            return PastMarks(tokens, start + 1);
        }

        if (_clauses.Head(tokens, start) is > 0 and int clause && AsksFor(tokens, clause, tokens.Count))
        {
            return PastMarks(tokens, clause);
        }

        int phrase = Match(tokens, start);
        if (phrase > 0)
        {
            // "Sorry to bother you again": of a clause that goes on in such words, all.
            return Math.Max(PastMarks(tokens, start + phrase), Clause(tokens, start));
        }

        if (start < tokens.Count && tokens[start].Is("please"))
        {
            return PastMarks(tokens, start + 1);
        }

        return Clause(tokens, start);
    }

    /// <summary>Where a clause of courtesy words ends that begins at a place; 0 where none does.</summary>
    private int Clause(List<Token> tokens, int start)
    {
        bool hasCore = false;
        for (int at = start; at < tokens.Count && at - start < MaxWords; at++)
        {
            Token token = tokens[at];
            if (token.IsMark)
            {
                return hasCore ? PastMarks(tokens, at) : 0;
            }

            bool isCore = token.IsWord && lists.CourtesyCore.Contains(token.Text);
            bool begins = token.IsWord && (lists.Task.Verbs.Contains(token.Text) || lists.Task.Answers.ContainsKey(token.Text));
            if (hasCore && begins && !lists.CourtesyOther.Contains(token.Text))
            {
                return at;
            }

            if (!isCore && !(token.IsWord && lists.CourtesyOther.Contains(token.Text)))
            {
                return 0;
            }

            hasCore |= isCore;
        }

        return 0;
    }

    private int Tail(List<Token> tokens)
    {
        int end = tokens.Count;
        while (end > 0 && tokens[end - 1].IsMark)
        {
            end--;
        }

        if (end > 0 && tokens[end - 1].IsWord && lists.Decorations.Contains(tokens[end - 1].Text))
        {
            return tokens.Count - end + 1;
        }

        if (_clauses.Tail(tokens, end) is > 0 and int clause && AsksFor(tokens, 0, clause))
        {
            return tokens.Count - clause;
        }

        for (int start = Math.Max(0, end - 8); start < end; start++)
        {
            if (start + Match(tokens, start) == end && !IsAnnounced(tokens, start))
            {
                return tokens.Count - start;
            }
        }

        bool hasCore = false;
        for (int at = end - 1; at >= 0 && end - at <= MaxWords; at--)
        {
            Token token = tokens[at];
            if (token.IsMark)
            {
                if (hasCore && !IsAnnounced(tokens, at + 1))
                {
                    return tokens.Count - at - 1;
                }

                break;
            }

            bool isCore = token.IsWord && lists.CourtesyCore.Contains(token.Text) && !FirstWords.Contains(token.Text);
            if (!isCore && !(token.IsWord && lists.CourtesyOther.Contains(token.Text)))
            {
                break;
            }

            hasCore |= isCore;
        }

        if (end > 0 && tokens[end - 1].IsWord && LastWords.Contains(tokens[end - 1].Text) && lists.CourtesyCore.Contains(tokens[end - 1].Text) && !IsAnnounced(tokens, end - 1))
        {
            return tokens.Count - end + 1;
        }

        return end > 1 && tokens[end - 1].Is("you") && tokens[end - 2].Is("thank") && lists.CourtesyCore.Contains("thank") && !IsAnnounced(tokens, end - 2) ? tokens.Count - end + 2 : 0;
    }

    /// <summary>What a colon announces is never a courtesy: "wall art: thanks".</summary>
    private static bool IsAnnounced(List<Token> tokens, int at) => at > 0 && tokens[at - 1].IsMarkOf(":");

    /// <summary>Whether an answer is asked for: without a request, "you are the best" may be what a mug says.</summary>
    private bool AsksFor(List<Token> tokens, int start, int end) => tokens[start..end].Exists(token => token.IsWord && lists.Task.Answers.ContainsKey(token.Text));

    private int Match(List<Token> tokens, int start) =>
        lists.Courtesy.Match(ahead => start + ahead < tokens.Count && tokens[start + ahead].IsWord ? tokens[start + ahead].Text : null, out _);
}
