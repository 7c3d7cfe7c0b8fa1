using Farthing.Gateway.SemanticCache.Lists;

namespace Farthing.Gateway.SemanticCache.Reading;

/// <summary>The job's clauses at the end of a text.</summary>
internal sealed class TaskTail(TaskWords task)
{
    private readonly JobFacts _facts = new(task);

    /// <summary>Clauses of their own at the end, and "for a product page" at the end of any clause.</summary>
    public bool Take(List<Token> tokens, List<Token> frame, List<Token> unknown)
    {
        bool taken = false;
        for (int at = 1; at < tokens.Count; at++)
        {
            if (tokens[at].Is("for") && Page(tokens, at) is > 0 and int end)
            {
                taken |= Move(tokens, frame, unknown, at, end);
            }
        }

        if (Naming(tokens) is > 0 and int naming)
        {
            taken = Move(tokens, frame, unknown, naming, tokens.Count);
        }

        while (true)
        {
            int end = tokens.Count;
            while (end > 0 && tokens[end - 1].IsMark)
            {
                end--;
            }

            int start = end;
            while (start > 0 && (IsOfJob(tokens[start - 1]) || IsAnswering(tokens[start - 1])))
            {
                start--;
            }

            // "What should the caption say?"
            bool isQuestion = start < end && tokens[start].IsWord && tokens[start].Text is "what" or "which" or "how";
            while (!isQuestion && start < end && tokens[start..end].FindLastIndex(IsAnswering) is >= 0 and int answering)
            {
                start += answering + 1;
            }

            int verb = start;
            while (verb < end && FunctionWords.Asking.Contains(tokens[verb].Text))
            {
                verb++;
            }

            bool isClause = start > 0 && tokens[start - 1].IsMark && end - verb >= 2 && (isQuestion || task.Verbs.Contains(tokens[verb].Text));
            if (!isClause || !tokens[start..end].Exists(token => task.Answers.ContainsKey(token.Text) && !token.IsMended))
            {
                return taken;
            }

            taken = Move(tokens, frame, unknown, start, tokens.Count);
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

    private bool IsNamed(string word) => task.Answers.ContainsKey(word) || task.Pictures.Contains(word);

    private bool Move(List<Token> tokens, List<Token> frame, List<Token> unknown, int start, int end)
    {
        unknown.AddRange(_facts.Read(tokens[start..end]));
        frame.AddRange(tokens[start..end].Where(static token => token.IsWord));
        tokens.RemoveRange(start, end - start);
        return true;
    }

    /// <summary>Where a run of task words that ends in a page's ends, before a mark or the end; 0 where there is none.</summary>
    private int Page(List<Token> tokens, int at)
    {
        int end = at + 1;
        while (end < tokens.Count && IsOfJob(tokens[end]))
        {
            end++;
        }

        return (end == tokens.Count || tokens[end].IsMark) && task.Pages.Contains(tokens[end - 1].Text) ? end : 0;
    }

    private static bool IsAnswering(Token token) => token.IsWord && token.Text is "say" or "read" or "go";

    private bool IsOfJob(Token token) => token.IsWord && task.All.Contains(token.Text);
}
