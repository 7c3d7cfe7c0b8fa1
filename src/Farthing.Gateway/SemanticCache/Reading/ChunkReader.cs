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
    private string? _tied;
    private bool _tiesBrackets;
    private bool _joins;

    /// <summary>Whether a second thing has an article of its own, so that the text is no list of one thing's attributes.</summary>
    public bool NamesMore { get; private set; }

    public List<Chunk> Read(List<Token> tokens)
    {
        // One bracket says something of the whole; of two, each says it of what it follows.
        _tiesBrackets = tokens.Count(static token => token.IsMarkOf("([")) > 1;
        for (int at = 0; at < tokens.Count;)
        {
            Token token = tokens[at];
            if (token.IsMark)
            {
                Close(attached: false);
                at++;
                _tied = token.IsMarkOf(":=") ? Named() : token.IsMarkOf("([") && _tiesBrackets ? Named() : token.IsMarkOf(",;|.!?_)]}/") ? null : _tied;
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
            int colon = at + label;
            while (label > 0 && colon < tokens.Count && tokens[colon].IsMarkOf("\"*"))
            {
                colon++;
            }

            // Also "colour": "red" and **colour**: red.
            if (label > 0 && colon < tokens.Count && tokens[colon].IsMarkOf(":"))
            {
                Close(attached: false);
                _label = group;
                return colon + 1 - at;
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
            if (_words.Count == 0 && Chunk.Denies(_preposition))
            {
                // "Not for clay, for sand": it is "for" that is denied, and of the clay.
                _preposition = $"{_preposition} {preposition}";
                return used;
            }

            bool attached = _words.Count > 0 || _isAttached;
            Close(attached);
            _preposition = preposition;
            _isAttached = attached && _chunks.Count > 0;
            return used;
        }

        if (_words.Count + _chunks.Count > 0 && tokens[at].Class == ValueClass.None && !(lists.Placed.Contains(tokens[at].Text) && Follows(tokens, at + 1)) && Participles.Begins(tokens[at].Text, Word(tokens, at + 1)))
        {
            bool attached = _words.Count > 0 || _isAttached;
            Close(attached);
            _preposition = $"{tokens[at].Text} {tokens[at + 1].Text}";
            _isAttached = attached && _chunks.Count > 0;
            return 2;
        }

        // "With a clip and a bag" is with each of them, where nothing follows that only one of them has.
        if (_preposition == "with" && _words.Count > 0 && tokens[at].Is("and") && Word(tokens, at + 1) is "a" or "an" && IsLastPhrase(tokens, at + 1))
        {
            Close(attached: true);
            (_preposition, _isAttached, _joins) = ("with", true, true);
            return 1;
        }

        if (FunctionWords.Articles.Contains(tokens[at].Text))
        {
            // "Next to a glass" is a thing, "next to glass" a material.
            bool isPiece = tokens[at].Text != "the" && (_words.Count > 0 || _preposition is not ("" or "on" or "in" or "against")) && at + 1 < tokens.Count && tokens[at + 1].Class == ValueClass.Material
                && (Word(tokens, at + 2) is null || FunctionWords.Prepositions.Match(ahead => Word(tokens, at + 2 + ahead), out _) > 0);
            isPiece |= tokens[at].Text != "the" && Word(tokens, at + 1) is { } counted && FunctionWords.Counted.Contains(counted);
            if (isPiece)
            {
                _words.Add(new Token(TokenKind.Word, "a " + tokens[at + 1].Text));
            }

            NamesMore |= _preposition.Length == 0 && _chunks.Exists(static chunk => !chunk.IsPhrase) && _words.TrueForAll(static word => word.Is("and"));
            return isPiece ? 2 : 1;
        }

        if (lists.Placed.Contains(tokens[at].Text) && Follows(tokens, at + 1))
        {
            return 1;
        }

        _words.Add(tokens[at]);
        return 1;
    }

    /// <summary>Whether nothing begins a phrase before the next mark.</summary>
    private static bool IsLastPhrase(List<Token> tokens, int at)
    {
        while (at < tokens.Count && !tokens[at].IsMark)
        {
            if (tokens[at].Is("and") || FunctionWords.Prepositions.Match(ahead => Word(tokens, at + ahead), out _) > 0)
            {
                return false;
            }

            at++;
        }

        return true;
    }

    private static bool Follows(List<Token> tokens, int at) =>
        FunctionWords.Prepositions.Match(ahead => Word(tokens, at + ahead), out string place) > 0 && FunctionWords.Places.Contains(place);

    /// <summary>The last thing that was named; null for none.</summary>
    private string? Named()
    {
        Chunk? named = _chunks.FindLast(static chunk => chunk.Tied is null && chunk.Words.Exists(static word => word.IsWord && word.Class == ValueClass.None));
        return named is null ? null : string.Join(' ', named.Words.Select(static word => word.Text));
    }

    private void Close(bool attached)
    {
        if (_words.Count > 0 || _preposition.Length > 0)
        {
            _chunks.Add(new Chunk(_preposition, _label, _isAttached, _words) { Tied = _label is null ? _tied : null, IsJoined = _joins });
            _words = [];
            _label = null;
            _tied = null;
        }

        _preposition = "";
        _joins = false;
        _isAttached = attached;
    }
}
