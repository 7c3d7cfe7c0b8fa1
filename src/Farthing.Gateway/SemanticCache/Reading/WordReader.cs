using Farthing.Gateway.SemanticCache.Lists;

namespace Farthing.Gateway.SemanticCache.Reading;

/// <summary>One spelling, no abbreviations, and slips of the pen mended where they lead to one word of the lists.</summary>
internal sealed class WordReader(GuardLists lists)
{
    public List<Token> Read(List<Token> tokens)
    {
        var read = new List<Token>(tokens.Count + 4);
        for (int at = 0; at < tokens.Count; at++)
        {
            Token token = tokens[at];
            if (!token.IsWord)
            {
                read.Add(token);
                continue;
            }

            // "Max 12 words" is at most 12; "5 min 30" is a time.
            if (token.Text is "max" or "min" && at + 1 < tokens.Count && tokens[at + 1].Kind == TokenKind.Number && !(at > 0 && tokens[at - 1].Kind == TokenKind.Number))
            {
                read.Add(Token.Word(token.Text == "max" ? "maximum" : "minimum"));
                continue;
            }

            bool hasStop = at + 1 < tokens.Count && tokens[at + 1].IsMarkOf(".");

            // A mat at the end of a sentence is a mat; "mat.:" and "no. 5" are abbreviations.
            bool needsStop = hasStop && at + 2 < tokens.Count && (tokens[at + 2].IsMarkOf(":") || tokens[at + 2].Kind == TokenKind.Number);
            if ((needsStop && lists.Abbreviations.TryGetValue(token.Text + ".", out string[]? full)) || lists.Abbreviations.TryGetValue(token.Text, out full))
            {
                Add(read, full, token.IsTied);
                at += hasStop && at + 2 < tokens.Count && !tokens[at + 2].IsMark ? 1 : 0;
                at += hasStop && at + 2 < tokens.Count && tokens[at + 1].IsMarkOf(".") && tokens[at + 2].IsMark ? 1 : 0;
            }
            else if (lists.Rewrites.TryGetValue(token.Text, out string[]? spelt))
            {
                Add(read, spelt, token.IsTied);
            }
            else if (lists.FindUnit(token.Text) is null && lists.Vocabulary.Mend(token.Text) is { } mended)
            {
                read.Add(new Token(TokenKind.Word, mended, IsMended: true) { IsTied = token.IsTied });
            }
            else
            {
                read.Add(token);
            }
        }

        return read;
    }

    private static void Add(List<Token> tokens, string[] words, bool isTied)
    {
        for (int at = 0; at < words.Length; at++)
        {
            tokens.Add(Token.Word(words[at]) with { IsTied = isTied && at == 0 });
        }
    }
}
