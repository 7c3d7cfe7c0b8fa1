using System.Text;

namespace Farthing.Diffusion.Tokenizers.T5;

/// <summary>
/// One run of the tokenizer over one text: (1) cut out the added tokens, (2) normalise, (3) split at white space,
/// (4) put ▁ before each word and split before each ▁, (5) find the likeliest pieces.
/// </summary>
internal sealed class T5Encoding(
    UnigramModel model, GraphemeNormalizer normalizer, AddedTokenFinder tokens, TokenCollector target)
{
    private const char WordMark = '▁';
    private readonly StringBuilder _normalized = new();
    private readonly StringBuilder _word = new();
    private int _wordStart;

    public void Encode(ReadOnlySpan<char> text)
    {
        int done = 0;
        while (tokens.TryFind(text[done..], out int start, out int length, out int id))
        {
            EncodeSegment(text.Slice(done, start), done);
            target.StartWord(done + start);
            target.Add(id);
            done += start + length;
        }

        EncodeSegment(text[done..], done);
    }

    private void EncodeSegment(ReadOnlySpan<char> text, int offset)
    {
        // White space is looked for after normalising: the character map makes and removes some.
        for (int at = 0; at < text.Length;)
        {
            _normalized.Clear();
            int length = normalizer.AppendFirst(text[at..], _normalized);
            foreach (var chunk in _normalized.GetChunks())
            {
                Append(chunk.Span, offset + at);
            }

            at += length;
        }

        EndWord();
    }

    private void Append(ReadOnlySpan<char> normalized, int source)
    {
        foreach (char c in normalized)
        {
            if (char.IsWhiteSpace(c))
            {
                EndWord();
                continue;
            }

            if (_word.Length == 0)
            {
                _wordStart = source;
            }

            _word.Append(c);
        }
    }

    private void EndWord()
    {
        if (_word.Length == 0)
        {
            return;
        }

        target.StartWord(_wordStart);
        string word = _word[0] == WordMark ? _word.ToString() : $"{WordMark}{_word}";
        _word.Clear();
        for (int start = 0; start < word.Length;)
        {
            int next = word.IndexOf(WordMark, start + 1);
            int end = next < 0 ? word.Length : next;
            model.Encode(word.AsSpan(start, end - start), target);
            start = end;
        }
    }
}
