using Farthing.Gateway.SemanticCache.Lists;

namespace Farthing.Gateway.SemanticCache.Reading;

/// <summary>
/// Says the beginnings of requests in the words of the job: "can't you write" is "you write"; "I'm after a", "we would love a", "it would be
/// great to have a" are "I need a"; and, where the request comes at the end, "I'm selling a" is "a".
/// </summary>
internal static class Openings
{
    private const int Ahead = 6;
    private static readonly string[] People = ["i", "we"];
    private static readonly PhraseTable<bool> Asking = AskingTable();
    private static readonly PhraseTable<bool> Offering = OfferingTable();

    public static List<Token> Read(List<Token> tokens, TaskWords task)
    {
        // A question that denies asks for the same: but only where the job's verb follows.
        if (tokens.Count > 3 && tokens[0].IsWord && tokens[0].Text is "cant" or "couldnt" or "wont" or "wouldnt" or "cannot" && tokens[1].Is("you") && task.Verbs.Contains(tokens[2].Text))
        {
            tokens.RemoveAt(0);
        }

        int asked = Match(Asking, tokens);
        if (asked > 0 && AnswerFollows(tokens, asked, task))
        {
            tokens.RemoveRange(0, asked);
            tokens.InsertRange(0, [Token.Word("i"), Token.Word("need")]);
        }

        return tokens;
    }

    /// <summary>Takes "I'm selling", "we have", "here is" off a text whose request stands at its end.</summary>
    public static void TakeOffer(List<Token> tokens)
    {
        int offered = Match(Offering, tokens);
        if (offered > 0 && offered < tokens.Count && tokens[offered].IsWord && FunctionWords.Articles.Contains(tokens[offered].Text))
        {
            tokens.RemoveRange(0, offered);
        }
    }

    private static int Match(PhraseTable<bool> table, List<Token> tokens) => table.Match(ahead => ahead < tokens.Count && tokens[ahead].IsWord ? tokens[ahead].Text : null, out _);

    /// <summary>Whether an answer is named next: a thing that somebody would love is none.</summary>
    private static bool AnswerFollows(List<Token> tokens, int at, TaskWords task)
    {
        for (int next = at; next < tokens.Count && next < at + Ahead && tokens[next].IsWord; next++)
        {
            if (task.Answers.ContainsKey(tokens[next].Text))
            {
                return true;
            }

            if (task.Ends.Contains(tokens[next].Text))
            {
                return false;
            }
        }

        return false;
    }

    private static PhraseTable<bool> AskingTable()
    {
        var table = new PhraseTable<bool>();
        string[] wanting = ["love", "like", "need", "want", "appreciate", "require"];
        List<string> phrases =
        [
            .. People.SelectMany(who => wanting.SelectMany(want => (string[])[$"{who} {want}", $"{who} would {want}", $"{who} will {want}", $"{who} would really {want}", $"{who} really {want}", $"{who} do {want}", $"{who} would also {want}", $"{who} also {want}"])),
            .. ((string[])["i am", "we are"]).SelectMany(static who => (string[])[$"{who} after", $"{who} looking for", $"{who} in need of", $"{who} seeking", $"{who} searching for", $"{who} hoping for"]),
            .. People.SelectMany(static who => (string[])[$"{who} could use", $"{who} could do with", $"may {who} have", $"might {who} have", $"may {who} get"]),
            .. ((string[])["it", "that"]).SelectMany(static it => ((string[])["great", "good", "nice", "lovely", "wonderful", "helpful", "amazing", "perfect", "brilliant", "fantastic", "useful", "handy"]).Select(good => $"{it} would be {good}")),
        ];
        foreach (string phrase in phrases)
        {
            foreach (string having in (string[])["", " to have", " to get", " to see"])
            {
                table.Add(phrase + having, true);
            }
        }

        return table;
    }

    private static PhraseTable<bool> OfferingTable()
    {
        var table = new PhraseTable<bool>();
        foreach (string who in People)
        {
            string being = who == "i" ? "i am" : "we are";
            foreach (string phrase in (string[])[$"{being} selling", $"{being} offering", $"{being} listing", $"{who} sell", $"{who} offer", $"{who} have", $"{who} have got", $"{who} want to sell", $"{who} uploaded", $"{who} have uploaded", $"{who} attached", $"{who} have attached"])
            {
                table.Add(phrase, true);
            }
        }

        table.Add("here is", true);
        table.Add("this is", true);
        return table;
    }
}
