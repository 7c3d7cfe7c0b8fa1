namespace Farthing.Diffusion.Tokenizers;

/// <summary>Splits a text into its runs of anything but white space, without copying.</summary>
internal ref struct Words(ReadOnlySpan<char> text)
{
    private readonly ReadOnlySpan<char> _text = text;
    private int _end;

    /// <summary>Where the current word starts.</summary>
    public int Start { get; private set; }

    /// <summary>The current word.</summary>
    public readonly ReadOnlySpan<char> Current => _text[Start.._end];

    public bool MoveNext()
    {
        // Every white-space character is a single UTF-16 unit.
        int start = _end;
        while (start < _text.Length && char.IsWhiteSpace(_text[start]))
        {
            start++;
        }

        Start = start;
        _end = start;
        while (_end < _text.Length && !char.IsWhiteSpace(_text[_end]))
        {
            _end++;
        }

        return _end > start;
    }
}
