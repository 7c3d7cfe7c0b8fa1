namespace Farthing.Diffusion.Tokenizers;

/// <summary>
/// Takes a text's ids one by one, keeps those that fit before the end mark, counts the rest, and remembers where in
/// the text the first that did not fit came from.
/// </summary>
internal sealed class TokenCollector
{
    /// <summary>The shortest length: a begin and an end mark.</summary>
    public const int MinLength = 2;

    /// <summary>The longest length; text encoders take a few hundred.</summary>
    public const int MaxLength = 1 << 20;

    private readonly string _text;
    private readonly int[] _ids;
    private readonly int _room;
    private int _count;
    private int _wordStart;
    private int _cutAt;

    public TokenCollector(string text, int length)
    {
        ArgumentNullException.ThrowIfNull(text);
        ArgumentOutOfRangeException.ThrowIfLessThan(length, MinLength);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(length, MaxLength);
        _text = text;
        _ids = new int[length];
        _room = length - 1;
    }

    /// <summary>Says that the ids to come belong to the word that starts at this place of the text.</summary>
    public void StartWord(int offset) => _wordStart = offset;

    public void Add(int id)
    {
        if (_count < _room)
        {
            _ids[_count] = id;
        }
        else if (_count == _room)
        {
            _cutAt = _wordStart;
        }

        _count++;
    }

    public TokenIds Finish(int end, int pad)
    {
        int kept = Math.Min(_count, _room);
        _ids[kept] = end;
        _ids.AsSpan(kept + 1).Fill(pad);
        return _count <= _room
            ? new TokenIds(_ids, kept + 1, null, "")
            : new TokenIds(_ids, kept + 1, _count + 1, _text[_cutAt..]);
    }
}
