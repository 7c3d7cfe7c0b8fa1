using Microsoft.ML.Tokenizers;

namespace Farthing.Diffusion.Embeddings;

/// <summary>BERT's uncased WordPiece, as the reference has it but for one thing.</summary>
/// <remarks>
/// The reference reads <c>[MASK]</c> and <c>[SEP]</c> in a text as those special tokens. Here a request can't write a
/// special token: brackets are brackets, so that no text can steer its embedding by them.
/// </remarks>
internal sealed class BertText
{
    /// <summary>More characters are not tokenized: 256 tokens are long reached, and the text is cut in any case.</summary>
    private const int MaxCharacters = 64 * 1024;

    private readonly BertTokenizer _tokenizer;

    public BertText(string vocabulary) =>
        _tokenizer = BertTokenizer.Create(vocabulary, new BertOptions { ApplyBasicTokenization = false, SplitOnSpecialTokens = false });

    public int Unknown => _tokenizer.UnknownTokenId;

    public int End => _tokenizer.SeparatorTokenId;

    /// <summary>All ids of a text, [CLS] and [SEP] included.</summary>
    /// <param name="text">The text.</param>
    /// <param name="isShortened">Whether it was too long to be tokenized whole.</param>
    public List<int> Encode(string text, out bool isShortened)
    {
        isShortened = text.Length > MaxCharacters;
        var ids = new List<int> { _tokenizer.ClassificationTokenId };
        foreach (string word in BertWords.Split(isShortened ? text[..MaxCharacters] : text))
        {
            ids.AddRange(_tokenizer.EncodeToIds(word, addSpecialTokens: false, considerPreTokenization: false, considerNormalization: false));
        }

        ids.Add(End);
        return ids;
    }
}
