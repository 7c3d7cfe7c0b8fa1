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
    private readonly JobFacts _facts = new(lists.Task);
    private readonly AnswerNames _answers = new(lists.Task);
    private readonly TaskTail _tail = new(lists.Task);

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

        bool hasTail = _tail.Take(tokens, frame, unknown);
        if (hasTail)
        {
            Openings.TakeOffer(tokens);
        }

        TakeHead(tokens, frame, unknown, hasTail);
        if (!hasTail)
        {
            TakeDative(tokens, frame);
        }

        return _answers.Read(frame);
    }

    private bool IsFrameWord(Token token) => token.IsWord && _task.All.Contains(token.Text);

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

    /// <summary>Whether a word follows, or an opening mark and a word: "for {"product": …"; who asks is no thing.</summary>
    private static bool ThingAfter(List<Token> tokens, int at)
    {
        bool isMark = at < tokens.Count && tokens[at].IsMark;
        while (at < tokens.Count && tokens[at].IsMarkOf("{[(\"*-_"))
        {
            at++;
        }

        return at < tokens.Count && !tokens[at].IsMark && (!isMark || tokens[at].IsWord) && !(tokens[at].Is("me") && (at + 1 == tokens.Count || tokens[at + 1].IsMark));
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
            if (token.IsMarkOf(",.;:-") && tells && asks && strange.Count == 0 && at + 2 < tokens.Count && tokens[at + 1].IsWord && tokens[at + 1].Text is "it" or "which" or "that" && _task.Ends.Contains(tokens[at + 2].Text))
            {
                taken = token.IsMarkOf(",") ? taken : at + 1;
                continue;
            }

            if (token.IsMark)
            {
                bool ends = token.IsMarkOf(":") || (strange.Count == 0 && token.IsMarkOf(".!_"))
                    || (strange.Count == 0 && token.IsMarkOf(",;|-/>=") && asks && (at > 1 || IsArrow(tokens, at)));
                if (tells && ends && (strange.Count == 0 || asks) && at + 1 < tokens.Count)
                {
                    taken = at + 1;
                    strangeTaken = [.. strange];
                }

                break;
            }

            if (IsOfIdiom(tokens, at))
            {
                continue;
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
        unknown.AddRange(_facts.Read(tokens[..taken]));

        // A prompt is detailed anyhow; "a detailed caption" is another answer than a caption.
        if (_answers.Read(frame) != "prompt")
        {
            unknown.AddRange(frame.Where(token => _task.Qualities.Contains(token.Text)));
        }

        tokens.RemoveRange(0, taken);
    }

    /// <summary>"Could you describe a harp for me?": for whom, where no "for" names the thing.</summary>
    private static void TakeDative(List<Token> tokens, List<Token> frame)
    {
        int end = tokens.Count;
        while (end > 0 && tokens[end - 1].IsMark)
        {
            end--;
        }

        if (end > 2 && tokens[end - 1].Is("me") && tokens[end - 2].Is("for") && frame.Count > 1 && FunctionWords.Asking.Contains(frame[0].Text) && !frame.Exists(static word => word.Is("for")))
        {
            tokens.RemoveRange(end - 2, tokens.Count - end + 2);
        }
    }

    /// <summary>Words of the job only beside another: "AI art prompt", "I can paste into", "alt attribute".</summary>
    private bool IsOfIdiom(List<Token> tokens, int at) =>
        (tokens[at].Is("art") && at + 1 < tokens.Count && _task.Answers.GetValueOrDefault(tokens[at + 1].Text) == "prompt")
        || (tokens[at].Is("paste") && at > 0 && tokens[at - 1].Is("can") && at + 1 < tokens.Count && tokens[at + 1].Is("into"))
        || (tokens[at].Is("attribute") && at > 0 && tokens[at - 1].Is("alt"));

    /// <summary>"Slogan >> …, "slogan -> …", "slogan // …".</summary>
    private static bool IsArrow(List<Token> tokens, int at) =>
        tokens[at].IsMarkOf(">") || (at + 1 < tokens.Count && (tokens[at + 1].IsMarkOf(">") || (tokens[at].IsMarkOf("/") && tokens[at + 1].IsMarkOf("/"))));
}
