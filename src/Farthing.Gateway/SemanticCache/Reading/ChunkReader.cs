using Farthing.Gateway.SemanticCache.Lists;

namespace Farthing.Gateway.SemanticCache.Reading;

/// <summary>Cuts a text into chunks at its marks, its prepositions and its measures.</summary>
internal sealed class ChunkReader(GuardLists lists)
{
    private readonly List<Chunk> _chunks = [];
    private string _preposition = "";
    private string? _label;
    private bool _isAttached;
    private List<Token> _words = [];

    public List<Chunk> Read(List<Token> tokens)
    {
        for (int at = 0; at < tokens.Count;)
        {
            Token token = tokens[at];
            if (token.IsMark)
            {
                Close(attached: false);
                at++;
            }
            else if (token.IsWord)
            {
                at += ReadWord(tokens, at);
            }
            else if (token.Kind == TokenKind.Number || (token.Kind == TokenKind.Language && _isAttached && _preposition is "with" or "without"))
            {
                _words.Add(token);
                at++;
            }
            else
            {
                Close(attached: false);
                _words.Add(token);
                Close(attached: true);
                at++;
            }
        }

        Close(attached: false);
        return _chunks;
    }

    private static string? Word(List<Token> tokens, int at) => at < tokens.Count && tokens[at].IsWord ? tokens[at].Text : null;

    private int ReadWord(List<Token> tokens, int at)
    {
        if (_words.Count == 0 && _preposition.Length == 0)
        {
            int label = lists.Labels.Match(ahead => Word(tokens, at + ahead), out string group);
            if (label > 0 && at + label < tokens.Count && tokens[at + label].IsMarkOf(":"))
            {
                Close(attached: false);
                _label = group;
                return label + 1;
            }

            // "A caption for the shop, product mug": the label of the thing itself needs no colon.
            if (label == 1 && group == "product" && tokens[at].Text is "product" or "item" && Word(tokens, at + 1) is not null
                && (at == 0 || tokens[at - 1].IsMark) && !Follows(tokens, at + 1))
            {
                _label = group;
                return 1;
            }
        }

        int used = FunctionWords.Prepositions.Match(ahead => Word(tokens, at + ahead), out string preposition);
        if (used > 0)
        {
            bool attached = _words.Count > 0 || _isAttached;
            Close(attached);
            _preposition = preposition;
            _isAttached = attached && _chunks.Count > 0;
            return used;
        }

        if (FunctionWords.Articles.Contains(tokens[at].Text))
        {
            return 1;
        }

        if (lists.Placed.Contains(tokens[at].Text) && Follows(tokens, at + 1))
        {
            return 1;
        }

        _words.Add(tokens[at]);
        return 1;
    }

    private static bool Follows(List<Token> tokens, int at) =>
        FunctionWords.Prepositions.Match(ahead => Word(tokens, at + ahead), out string place) > 0 && FunctionWords.Places.Contains(place);

    private void Close(bool attached)
    {
        if (_words.Count > 0 || _preposition.Length > 0)
        {
            _chunks.Add(new Chunk(_preposition, _label, _isAttached, _words));
            _words = [];
            _label = null;
        }

        _preposition = "";
        _isAttached = attached;
    }
}
