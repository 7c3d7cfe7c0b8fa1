using System.Runtime.InteropServices;
using System.Text;
using Farthing.Diffusion.Tokenizers.Unicode;

namespace Farthing.Diffusion.Tokenizers.Clip;

/// <summary>
/// Form C, then lower case, word by word: white space neither combines nor is reordered, so a word's form C does not
/// depend on its neighbours. One instance serves one thread.
/// </summary>
internal sealed class ClipNormalizer
{
    private readonly StringBuilder _text = new();
    private readonly List<int> _points = [];

    public string Normalize(ReadOnlySpan<char> word)
    {
        _text.Clear();
        if (CanonicalComposition.IsCertainlyComposed(word))
        {
            foreach (var rune in word.EnumerateRunes())
            {
                LowerCase.Append(rune.Value, _text);
            }
        }
        else
        {
            CanonicalComposition.Compose(word, _points);
            foreach (int point in CollectionsMarshal.AsSpan(_points))
            {
                LowerCase.Append(point, _text);
            }
        }

        return _text.ToString();
    }
}
