using System.Text;

namespace Farthing.Diffusion.Tokenizers.Clip;

/// <summary>
/// One run of the tokenizer over one text: (1) cut out the added tokens of the raw text, (2) split at white space,
/// (3) normalise, (4) cut out the added tokens of the normalised text, (5) split by CLIP's pattern, (6) join bytes.
/// </summary>
internal sealed class ClipEncoding(
    BytePairModel model, AddedTokenFinder rawTokens, AddedTokenFinder normalizedTokens, TokenCollector target)
{
    private readonly BytePairMerger _merger = new(model);
    private readonly ClipNormalizer _normalizer = new();
    private byte[] _bytes = new byte[256];

    public void Encode(ReadOnlySpan<char> text)
    {
        int done = 0;
        while (rawTokens.TryFind(text[done..], out int start, out int length, out int id))
        {
            EncodeWords(text.Slice(done, start), done);
            target.StartWord(done + start);
            target.Add(id);
            done += start + length;
        }

        EncodeWords(text[done..], done);
    }

    private void EncodeWords(ReadOnlySpan<char> text, int offset)
    {
        var words = new Words(text);
        while (words.MoveNext())
        {
            target.StartWord(offset + words.Start);
            EncodeWord(_normalizer.Normalize(words.Current));
        }
    }

    private void EncodeWord(ReadOnlySpan<char> word)
    {
        while (normalizedTokens.TryFind(word, out int start, out int length, out int id))
        {
            EncodePieces(word[..start]);
            target.Add(id);
            word = word[(start + length)..];
        }

        EncodePieces(word);
    }

    private void EncodePieces(ReadOnlySpan<char> word)
    {
        while (!word.IsEmpty)
        {
            int length = ClipPieces.FirstLength(word);
            int most = Encoding.UTF8.GetMaxByteCount(length);
            if (_bytes.Length < most)
            {
                _bytes = new byte[most];
            }

            int count = Encoding.UTF8.GetBytes(word[..length], _bytes);
            _merger.Encode(_bytes.AsSpan(0, count), target);
            word = word[length..];
        }
    }
}
