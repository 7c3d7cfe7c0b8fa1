using Farthing.Gateway.SemanticCache.Lists;

namespace Farthing.Gateway.SemanticCache.Reading;

/// <summary>Finds whole clauses of courtesy by the forms of the lists. A comma inside says nothing; a "but" may end one at the head.</summary>
internal sealed class CourtesyClauses(ClauseForms forms)
{
    private const int MaxWords = 16;

    /// <summary>Where a clause that begins at a place ends, before a mark or behind a "but"; 0 where none does.</summary>
    public int Head(List<Token> tokens, int start)
    {
        var words = new List<string>();
        int found = 0;
        for (int at = start; at <= tokens.Count && words.Count <= MaxWords; at++)
        {
            bool isEnd = at == tokens.Count || tokens[at].IsMark;
            if (isEnd || (words.Count > 0 && words[^1] == "but"))
            {
                found = words.Count > 1 && forms.IsMatch(words.ToArray()) ? at : found;
            }

            if (at == tokens.Count || (isEnd && !tokens[at].IsMarkOf(",")) || !(isEnd || tokens[at].IsWord))
            {
                break;
            }

            if (!isEnd)
            {
                words.Add(tokens[at].Text);
            }
        }

        return found;
    }

    /// <summary>Where a clause begins that ends at a place, behind a mark; 0 where none does.</summary>
    public int Tail(List<Token> tokens, int end)
    {
        var words = new List<string>();
        int found = 0;
        for (int at = end - 1; at > 0 && words.Count <= MaxWords && (tokens[at].IsWord || tokens[at].IsMarkOf(",")); at--)
        {
            if (tokens[at].IsWord)
            {
                words.Insert(0, tokens[at].Text);
            }

            found = words.Count > 1 && tokens[at].IsWord && tokens[at - 1].IsMark && !IsPrinted(words, tokens[at - 1]) && forms.IsMatch(words.ToArray()) ? at : found;
        }

        return found;
    }

    /// <summary>Behind a comma only who asks for help does not go on: "mug, you are the best" is what it says.</summary>
    private static bool IsPrinted(List<string> words, Token before) =>
        !(before.IsMarkOf(".!?_;") || (before.IsMarkOf(",-(") && words[0] is "can" or "could" or "would" or "will" or "might"));
}
