using Farthing.Gateway.SemanticCache.Lists;

namespace Farthing.Gateway.SemanticCache.Reading;

/// <summary>Reads synonyms as the first of their group, and makes one token of each known value and of a colour with its shade.</summary>
internal sealed class PhraseReader(GuardLists lists)
{
    /// <summary>Synonyms, twice: what one leads to may begin another.</summary>
    public List<Token> ReadSynonyms(List<Token> tokens) => Synonyms(Synonyms(tokens));

    /// <summary>Values: colours with their shades, materials, patterns.</summary>
    public List<Token> ReadValues(List<Token> tokens)
    {
        var read = new List<Token>(tokens.Count);
        for (int at = 0; at < tokens.Count;)
        {
            int used = ReadShaded(tokens, at, out Token token);
            if (used == 0)
            {
                ValueClass kind = ValueClass.None;
                used = tokens[at].IsWord ? lists.Values.Match(WordFrom(tokens, at), out kind) : 0;
                token = used == 0 ? tokens[at] : tokens[at] with { Text = Join(tokens, at, used), Class = kind };
                used = Math.Max(used, 1);
            }

            read.Add(token);
            at += used;
        }

        return read;
    }

    private static Func<int, string?> WordFrom(List<Token> tokens, int start) =>
        ahead => start + ahead < tokens.Count && tokens[start + ahead].IsWord ? tokens[start + ahead].Text : null;

    private static string Join(List<Token> tokens, int at, int count) =>
        count == 1 ? tokens[at].Text : string.Join(' ', tokens.Skip(at).Take(count).Select(static token => token.Text));

    /// <summary>"Little light" is hardly any; "a little lamp" is a small one.</summary>
    private static bool IsHardly(List<Token> tokens, int at) =>
        tokens[at].Is("little") && at + 1 < tokens.Count && tokens[at + 1].IsWord
        && (at == 0 || tokens[at - 1].IsMark || FunctionWords.Prepositions.Match(ahead => ahead == 0 && tokens[at - 1].IsWord ? tokens[at - 1].Text : null, out _) > 0);

    private static bool IsView(Token first, string[] words) => first.Text is "seen" or "viewed" or "from" && words[^1] is "view" or "shot";

    private List<Token> Synonyms(List<Token> tokens)
    {
        int views = tokens.Count(static token => token.IsWord && token.Text is "seen" or "viewed" or "from" or "view" or "shot");
        for (int at = 1; at < tokens.Count; at++)
        {
            views -= tokens[at].Is("from") && tokens[at - 1].IsWord && tokens[at - 1].Text is "seen" or "viewed" ? 1 : 0;
        }

        var read = new List<Token>(tokens.Count);
        for (int at = 0; at < tokens.Count;)
        {
            string[] words = [];
            int used = tokens[at].IsWord ? lists.Synonyms.Match(WordFrom(tokens, at), out words) : 0;
            bool isView = used > 1 && IsView(tokens[at], words);
            if (used == 0 || IsHardly(tokens, at) || (isView && at + used < tokens.Count && tokens[at + used].IsWord && (FunctionWords.Articles.Contains(tokens[at + used].Text) || tokens[at + used].Is("of"))))
            {
                // "Seen from behind a glass" is no view.
                read.Add(tokens[at++]);
                continue;
            }

            // "A stand seen from behind" is "a stand, rear view", and no rear view stand. Of two, each is its thing's.
            bool isApart = isView && views == 1;
            if (isApart)
            {
                read.Add(Token.Mark(','));
            }

            bool isTied = tokens[at].IsTied;
            read.AddRange(words.Select((word, place) => Token.Word(word) with { IsTied = isTied && place == 0 }));
            at += used;
            if (isApart && at < tokens.Count && !tokens[at].IsMark)
            {
                read.Add(Token.Mark(','));
            }
        }

        return read;
    }

    private int ReadShaded(List<Token> tokens, int at, out Token token)
    {
        token = default;
        int colour = at;
        while (colour < tokens.Count && colour - at < 2 && tokens[colour].IsWord
            && (lists.Shades.Contains(tokens[colour].Text) || lists.ShadeSynonyms.ContainsKey(tokens[colour].Text)))
        {
            colour++;
            if (colour < tokens.Count && tokens[colour].IsWord
                && lists.Values.Match(ahead => ahead == 0 ? tokens[colour].Text : null, out ValueClass kind) == 1
                && kind is ValueClass.Colour or ValueClass.ColourThing
                && !(colour + 1 < tokens.Count && kind == ValueClass.ColourThing && lists.Shades.Contains(tokens[colour].Text)
                    && lists.Values.Match(WordFrom(tokens, colour + 1), out ValueClass next) == 1 && next == ValueClass.Colour))
            {
                IEnumerable<string> words = tokens.Skip(at).Take(colour - at + 1).Select(word => lists.ShadeSynonyms.GetValueOrDefault(word.Text, word.Text));
                token = new Token(TokenKind.Word, string.Join(' ', words), ValueClass.Colour);
                return colour - at + 1;
            }
        }

        return 0;
    }
}
