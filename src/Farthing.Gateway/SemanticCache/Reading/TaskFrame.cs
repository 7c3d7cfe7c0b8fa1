using Farthing.Gateway.SemanticCache.Lists;

namespace Farthing.Gateway.SemanticCache.Reading;

/// <summary>The job that a request is wrapped in, taken off: "Write a caption for …", "…. Rewrite that as a caption."</summary>
/// <remarks>
/// Steps: 1. a clause at the end that is made of task words, 2. a clause at the head, up to a colon or a stop, 3. or up
/// to the last "for", "of", "showing" that follows task words, 4. or one verb that the thing itself follows.
/// Words of such a clause that are not known are not excused: they are kept beside the text and compared.
/// </remarks>
internal sealed class TaskFrame(GuardLists lists)
{
    private const int MaxWords = 16;
    private const int MaxUnknown = 3;
    private readonly TaskWords _task = lists.Task;

    /// <summary>Takes the job off.</summary>
    /// <param name="tokens">The text; what is left of it afterwards.</param>
    /// <param name="unknown">Receives the clause's words that no list knows.</param>
    /// <returns>Which answer is asked for; empty where none is named.</returns>
    public string Take(List<Token> tokens, List<Token> unknown)
    {
        var frame = new List<Token>();
        while (tokens.Count > 0 && tokens[0].IsMark)
        {
            tokens.RemoveAt(0);
        }

        bool hasTail = TakeTail(tokens, frame);
        TakeHead(tokens, frame, unknown, hasTail);
        return Answer(frame);
    }

    private string Answer(List<Token> frame)
    {
        string answer = "";
        bool hasVerb = frame.Exists(token => _task.Verbs.Contains(token.Text));
        for (int at = 0; at < frame.Count; at++)
        {
            if (!_task.Answers.TryGetValue(frame[at].Text, out string? named))
            {
                continue;
            }

            bool isGoal = at > 0 && (frame[at - 1].Text is "into" or "as" or "to" || (at > 1 && frame[at - 2].Text is "into" or "as" or "to"));
            if (named == "prompt")
            {
                return named;
            }

            // "Alt text" is alt text; a text is only what no word before it says more of.
            if (named == "text" && at > 0 && _task.Answers.TryGetValue(frame[at - 1].Text, out string? other) && other is not "text")
            {
                answer = other;
                continue;
            }

            // "Image title: …" asks for one; "title: …" only says what follows.
            bool isNamed = !hasVerb && at > 0 && (named != "title" || _task.Pictures.Contains(frame[at - 1].Text) || frame[at - 1].Is("listing"));
            isNamed |= !hasVerb && named == "ad";
            answer = isGoal || named == "text" || ((hasVerb || isNamed) && answer.Length == 0) ? named : answer;
        }

        return answer;
    }

    private bool IsFrameWord(Token token) => token.IsWord && _task.All.Contains(token.Text);

    /// <summary>Clauses of their own at the end, and "for a product page" at the end of any clause.</summary>
    private bool TakeTail(List<Token> tokens, List<Token> frame)
    {
        bool taken = false;
        for (int at = 1; at < tokens.Count; at++)
        {
            if (tokens[at].Is("for") && Page(tokens, at) is > 0 and int end)
            {
                taken |= Take(tokens, frame, at, end);
            }
        }

        if (Naming(tokens) is > 0 and int naming)
        {
            taken = Take(tokens, frame, naming, tokens.Count);
        }

        while (true)
        {
            int end = tokens.Count;
            while (end > 0 && tokens[end - 1].IsMark)
            {
                end--;
            }

            int start = end;
            while (start > 0 && IsFrameWord(tokens[start - 1]))
            {
                start--;
            }

            int verb = start;
            while (verb < end && FunctionWords.Asking.Contains(tokens[verb].Text))
            {
                verb++;
            }

            bool isClause = start > 0 && tokens[start - 1].IsMark && end - verb >= 2 && _task.Verbs.Contains(tokens[verb].Text);
            if (!isClause || !tokens[start..end].Exists(token => _task.Answers.ContainsKey(token.Text) && !token.IsMended))
            {
                return taken;
            }

            taken = Take(tokens, frame, start, tokens.Count);
        }
    }

    /// <summary>Where a last clause that does nothing but name the answer begins: "…, product image", "…, alt text"; 0 where none is.</summary>
    private int Naming(List<Token> tokens)
    {
        int end = tokens.Count;
        while (end > 0 && tokens[end - 1].IsMark)
        {
            end--;
        }

        int start = end;
        while (start > 0 && tokens[start - 1].IsWord && !tokens[start - 1].IsMended && (IsNamed(tokens[start - 1].Text) || tokens[start - 1].Text is "product" or "item" or "article" or "listing"))
        {
            start--;
        }

        return end - start == 2 && start > 1 && tokens[start - 1].IsMark && IsNamed(tokens[end - 1].Text) ? start : 0;
    }

    private bool IsNamed(string word) => _task.Answers.ContainsKey(word) || _task.Pictures.Contains(word);

    private static bool Take(List<Token> tokens, List<Token> frame, int start, int end)
    {
        frame.AddRange(tokens[start..end].Where(static token => token.IsWord));
        tokens.RemoveRange(start, end - start);
        return true;
    }

    /// <summary>Where a run of task words that ends in a page's ends, before a mark or the end; 0 where there is none.</summary>
    private int Page(List<Token> tokens, int at)
    {
        int end = at + 1;
        while (end < tokens.Count && IsFrameWord(tokens[end]))
        {
            end++;
        }

        return (end == tokens.Count || tokens[end].IsMark) && _task.Pages.Contains(tokens[end - 1].Text) ? end : 0;
    }

    /// <summary>
    /// Where a clause of two words or more ends in the text's first colon, when no list knows it: its words are compared, but the
    /// thing begins after it.
    /// </summary>
    private int Opening(List<Token> tokens)
    {
        int colon = tokens.FindIndex(static token => token.IsMark);
        return colon is >= 2 and <= MaxWords && colon + 1 < tokens.Count && tokens[colon].IsMarkOf(":")
            && lists.Labels.Match(ahead => ahead < colon ? tokens[ahead].Text : null, out _) != colon
            && tokens[..colon].TrueForAll(static token => (token.IsWord || token.Kind == TokenKind.Number) && !FunctionWords.Negations.Contains(token.Text))
            && tokens[..colon].Exists(IsLittle)
            ? colon + 1
            : 0;
    }

    /// <summary>Whether a word follows, or an opening mark and a word: "for {"product": …".</summary>
    private static bool ThingAfter(List<Token> tokens, int at)
    {
        bool isMark = at < tokens.Count && tokens[at].IsMark;
        while (at < tokens.Count && tokens[at].IsMarkOf("{[(\"*-_"))
        {
            at++;
        }

        return at < tokens.Count && !tokens[at].IsMark && (!isMark || tokens[at].IsWord);
    }

    /// <summary>A clause of a job has a little word in it; "Lid colour: red" has none, and is an attribute.</summary>
    private bool IsLittle(Token token) => _task.All.Contains(token.Text);

    private void TakeHead(List<Token> tokens, List<Token> frame, List<Token> unknown, bool hasTail)
    {
        int taken = 0;
        var strange = new List<Token>();
        var strangeTaken = new List<Token>();
        bool tells = false;
        bool asks = hasTail;
        bool isImperative = tokens.Count > 1 && tokens[0].IsWord && _task.Verbs.Contains(tokens[0].Text);
        for (int at = 0; at < tokens.Count && at < MaxWords; at++)
        {
            Token token = tokens[at];
            // "Description needed, it shows": the clause goes on.
            if (token.IsMarkOf(",") && tells && asks && strange.Count == 0 && at + 2 < tokens.Count && tokens[at + 1].IsWord && tokens[at + 1].Text is "it" or "which" or "that" && _task.Ends.Contains(tokens[at + 2].Text))
            {
                continue;
            }

            if (token.IsMark)
            {
                bool ends = token.IsMarkOf(":") || (strange.Count == 0 && token.IsMarkOf(".!_"))
                    || (strange.Count == 0 && token.IsMarkOf(",;|-/") && asks && at > 1);
                if (tells && ends && (strange.Count == 0 || asks) && at + 1 < tokens.Count)
                {
                    taken = at + 1;
                    strangeTaken = [.. strange];
                }

                break;
            }

            if (IsFrameWord(token))
            {
                tells |= _task.Telling.Contains(token.Text) && !token.IsMended;
                asks |= _task.Answers.ContainsKey(token.Text) || (at == 1 && tokens[0].Is("product") && _task.Pictures.Contains(token.Text)) || (_task.Verbs.Contains(token.Text) && at == 0);
                bool mayEnd = strange.Count == 0
                    || (taken == 0 && isImperative && tokens[1..at].Exists(word => _task.Answers.ContainsKey(word.Text)))
                    || (taken == 0 && at > 0 && _task.Answers.ContainsKey(tokens[at - 1].Text));
                if (mayEnd && tells && asks && at > 0 && _task.Ends.Contains(token.Text) && ThingAfter(tokens, at + 1))
                {
                    taken = at + 1;
                    strangeTaken = [.. strange];
                }

                continue;
            }

            if (!(token.IsWord || token.Kind == TokenKind.Number) || FunctionWords.Negations.Contains(token.Text) || strange.Count == MaxUnknown)
            {
                break;
            }

            strange.Add(token);
        }

        if (taken == 0 && Opening(tokens) is > 0 and int opening)
        {
            taken = opening;
            strangeTaken = [.. tokens[..(opening - 1)].Where(token => !IsFrameWord(token))];
        }

        // "Can you describe mugs?": a verb that is no noun needs no article after it.
        int verb = taken > 0 ? -1 : tokens.FindIndex(token => _task.Plainly.Contains(token.Text));
        if (verb >= 0 && verb + 1 < tokens.Count && tokens[..verb].TrueForAll(IsFrameWord) && ThingAfter(tokens, verb + 1))
        {
            taken = verb + 1;
        }

        if (taken == 0 && tokens.Count > 1 && _task.Describing.Contains(tokens[0].Text) && tokens[1].IsWord
            && (hasTail || FunctionWords.Articles.Contains(tokens[1].Text) || tokens[1].Text is "this" or "our" or "my"))
        {
            taken = 1;
        }

        frame.AddRange(tokens[..taken].Where(IsFrameWord));
        unknown.AddRange(strangeTaken);
        for (int at = 1; at < taken; at++)
        {
            // "Could you" is a courtesy; "you should" and "you could" say how much it matters.
            if (FunctionWords.Modals.Contains(tokens[at].Text) && tokens[at - 1].IsWord && FunctionWords.Addressed.Contains(tokens[at - 1].Text))
            {
                unknown.Add(tokens[at]);
            }
        }

        // A prompt is detailed anyhow; "a detailed caption" is another answer than a caption.
        if (Answer(frame) != "prompt")
        {
            unknown.AddRange(frame.Where(token => _task.Qualities.Contains(token.Text)));
        }

        tokens.RemoveRange(0, taken);
    }
}
