using Microsoft.ML.Tokenizers;

namespace Farthing.Diffusion.Embeddings;

/// <summary>BERT's uncased WordPiece, as the reference has it but for one thing.</summary>
/// <remarks>
/// The reference reads <c>[MASK]</c> and <c>[SEP]</c> in a text as those special tokens. Here a request can't write a
/// special token: brackets are brackets, so that no text can steer its embedding by them.
/// </remarks>
internal sealed class BertText
{
    /// <summary>More characters than 256 tokens can come from are not tokenized: a token has at most 100 characters.</summary>
    private const int MaxCharacters = 64 * 1024;

    private readonly BertTokenizer _tokenizer;

    public BertText(string vocabulary) => _tokenizer = BertTokenizer.Create(vocabulary, new BertOptions
    {
        LowerCaseBeforeTokenization = true,
        RemoveNonSpacingMarks = true,
        IndividuallyTokenizeCjk = true,
        SplitOnSpecialTokens = false,
    });

    public int Unknown => _tokenizer.UnknownTokenId;

    public int End => _tokenizer.SeparatorTokenId;

    /// <summary>All ids of a text, [CLS] and [SEP] included.</summary>
    /// <param name="text">The text.</param>
    /// <param name="isShortened">Whether it was too long to be tokenized whole.</param>
    public IReadOnlyList<int> Encode(string text, out bool isShortened)
    {
        isShortened = text.Length > MaxCharacters;
        return _tokenizer.EncodeToIds(isShortened ? text[..MaxCharacters] : text, addSpecialTokens: true);
    }
}
