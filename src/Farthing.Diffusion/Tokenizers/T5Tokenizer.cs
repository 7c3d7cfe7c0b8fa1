using Microsoft.ML.Tokenizers;

namespace Farthing.Diffusion.Tokenizers;

/// <summary>
/// T5's SentencePiece unigram tokenizer, giving the ids of Hugging Face's: special tokens in the text are taken whole,
/// and each word is looked up by itself with its leading ▁, by Microsoft.ML.Tokenizers.
/// </summary>
internal sealed class T5Tokenizer : ITextTokenizer
{
    private const int DefaultLength = 512;
    private const int MostExtraIds = 10_000;

    private readonly SentencePieceTokenizer _pieces;
    private readonly Dictionary<string, int> _specials;
    private readonly int _end;
    private readonly int _padding;

    private T5Tokenizer(SentencePieceTokenizer pieces, Dictionary<string, int> specials, int end, int padding, int maxLength)
    {
        _pieces = pieces;
        _specials = specials;
        _end = end;
        _padding = padding;
        MaxLength = maxLength;
    }

    public int MaxLength { get; }

    public static T5Tokenizer? Load(TokenizerFiles files)
    {
        int maxLength = files.MaxLength(DefaultLength);
        using var model = files.Open("spiece.model");
        if (model is null)
        {
            return null;
        }

        try
        {
            var pieces = SentencePieceTokenizer.Create(model, addBeginningOfSentence: false, addEndOfSentence: false);
            string padText = files.SpecialToken("pad_token") ?? "<pad>";
            string endText = files.SpecialToken("eos_token") ?? "</s>";
            int padding = pieces.Vocabulary.GetValueOrDefault(padText, 0);
            int end = pieces.Vocabulary.GetValueOrDefault(endText, pieces.EndOfSentenceId);
            Dictionary<string, int> specials = new(StringComparer.Ordinal)
            {
                [padText] = padding,
                [endText] = end,
                [files.SpecialToken("unk_token") ?? "<unk>"] = pieces.UnknownId,
            };
            AddExtraIds(files, pieces.Vocabulary.Count, specials);
            return new T5Tokenizer(pieces, specials, end, padding, maxLength);
        }
        catch (Exception e) when (e is ArgumentException or InvalidOperationException or FormatException or IOException
            or InvalidDataException or NotSupportedException or NullReferenceException or OverflowException)
        {
            files.Problems.Add($"spiece.model is no SentencePiece unigram model: {e.Message}");
            return null;
        }
    }

    public IReadOnlyList<int> EncodeWhole(string text) => Tokenize(text).Ids;

    public TokenIds Encode(string text)
    {
        var (ids, words) = Tokenize(text);
        return TokenIds.Fit(ids, words, MaxLength, _padding);
    }

    /// <summary>The sentinel tokens stand after the pieces, the first one last: extra_id_k is pieces + count − 1 − k.</summary>
    private static void AddExtraIds(TokenizerFiles files, int pieces, Dictionary<string, int> specials)
    {
        int count = files.Config.TryGetProperty("extra_ids", out var value) && value.TryGetInt32(out int given) ? given : 100;
        if (count is < 0 or > MostExtraIds)
        {
            files.Problems.Add($"tokenizer_config.json: extra_ids is {count}; 0 to {MostExtraIds} are possible.");
            return;
        }

        for (int k = 0; k < count; k++)
        {
            specials[$"<extra_id_{k}>"] = pieces + count - 1 - k;
        }
    }

    private (List<int> Ids, List<(string Word, int EndsAt)> Words) Tokenize(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        List<int> ids = [];
        List<(string, int)> words = [];
        foreach (var (part, id) in SpecialTokenSplit.Split(text, _specials))
        {
            if (id is { } special)
            {
                ids.Add(special);
                words.Add((part, ids.Count));
                continue;
            }

            foreach (string word in part.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries))
            {
                ids.AddRange(_pieces.EncodeToIds(word));
                words.Add((word, ids.Count));
            }
        }

        ids.Add(_end);
        return (ids, words);
    }
}
