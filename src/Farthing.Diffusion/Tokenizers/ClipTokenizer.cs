using System.Text.Json;
using Microsoft.ML.Tokenizers;

namespace Farthing.Diffusion.Tokenizers;

/// <summary>
/// CLIP's byte-pair tokenizer, giving the ids of Hugging Face's. Microsoft.ML.Tokenizers merges the pairs of a word; the
/// special tokens, the normalisation and the split into words, where its own differ from CLIP's, are done here.
/// </summary>
internal sealed class ClipTokenizer : ITextTokenizer
{
    private const string EndOfWord = "</w>";
    private const int DefaultLength = 77;

    private readonly BpeTokenizer _pairs;
    private readonly Dictionary<string, int> _before;
    private readonly Dictionary<string, int> _specials;
    private readonly int _begin;
    private readonly int _end;
    private readonly int _padding;

    private ClipTokenizer(
        BpeTokenizer pairs, Dictionary<string, int> before, Dictionary<string, int> specials, int begin, int end, int padding, int maxLength)
    {
        _pairs = pairs;
        _before = before;
        _specials = specials;
        _begin = begin;
        _end = end;
        _padding = padding;
        MaxLength = maxLength;
    }

    public int MaxLength { get; }

    public static ClipTokenizer? Load(TokenizerFiles files)
    {
        int maxLength = files.MaxLength(DefaultLength);
        using var merges = files.Open("merges.txt");
        var vocabulary = ReadVocabulary(files);
        if (vocabulary is null || merges is null)
        {
            return null;
        }

        int? begin = Find(files, vocabulary, "bos_token", "<|startoftext|>");
        int? end = Find(files, vocabulary, "eos_token", "<|endoftext|>");
        string padText = files.SpecialToken("pad_token") ?? "<|endoftext|>";
        int? padding = Find(files, vocabulary, "pad_token", "<|endoftext|>");
        if (begin is null || end is null || padding is null)
        {
            return null;
        }

        var before = files.AddedSpecials().Where(t => !t.Normalized).ToDictionary(t => t.Content, t => t.Id, StringComparer.Ordinal);
        Dictionary<string, int> after = new(StringComparer.Ordinal)
        {
            [files.SpecialToken("bos_token") ?? "<|startoftext|>"] = begin.Value,
            [files.SpecialToken("eos_token") ?? "<|endoftext|>"] = end.Value,
        };

        // A padding token of its own, CLIP-G's "!", is special: it is cut out of the text before everything else.
        if (!after.ContainsKey(padText))
        {
            before[padText] = padding.Value;
        }

        try
        {
            return new ClipTokenizer(
                CreatePairs(vocabulary, merges), before, after, begin.Value, end.Value, padding.Value, maxLength);
        }
        catch (Exception e) when (e is ArgumentException or InvalidOperationException or FormatException)
        {
            files.Problems.Add($"merges.txt does not fit vocab.json: {e.Message}");
            return null;
        }
    }

    public IReadOnlyList<int> EncodeWhole(string text) => Tokenize(text).Ids;

    public TokenIds Encode(string text)
    {
        var (ids, words) = Tokenize(text);
        return TokenIds.Fit(ids, words, MaxLength, _padding);
    }

    private (List<int> Ids, List<(string Word, int EndsAt)> Words) Tokenize(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        List<int> ids = [_begin];
        List<(string, int)> words = [];
        foreach (var (part, id) in SpecialTokenSplit.Split(text, _before))
        {
            if (id is { } special)
            {
                ids.Add(special);
                words.Add((part, ids.Count));
                continue;
            }

            foreach (string word in ClipText.Words(ClipText.Normalize(part), _specials.Keys))
            {
                if (_specials.TryGetValue(word, out int known))
                {
                    ids.Add(known);
                }
                else
                {
                    ids.AddRange(_pairs.EncodeToIds(word, considerPreTokenization: false, considerNormalization: false));
                }

                words.Add((word, ids.Count));
            }
        }

        ids.Add(_end);
        return (ids, words);
    }

    private static BpeTokenizer CreatePairs(Dictionary<string, int> vocabulary, Stream merges)
    {
        using var reader = new StreamReader(merges);
        var options = new BpeOptions(vocabulary)
        {
            Merges = ReadMerges(reader),
            EndOfWordSuffix = EndOfWord,
            ByteLevel = true,
            PreTokenizer = null,
            Normalizer = null,
        };
        return BpeTokenizer.Create(options);
    }

    private static List<string> ReadMerges(StreamReader reader)
    {
        List<string> merges = [];
        while (reader.ReadLine() is { } line)
        {
            if (line.Length > 0 && !line.StartsWith("#version", StringComparison.Ordinal))
            {
                merges.Add(line);
            }
        }

        return merges;
    }

    private static Dictionary<string, int>? ReadVocabulary(TokenizerFiles files)
    {
        using var stream = files.Open("vocab.json");
        if (stream is null)
        {
            return null;
        }

        try
        {
            return JsonSerializer.Deserialize(stream, VocabularyJson.Default.DictionaryStringInt32);
        }
        catch (JsonException e)
        {
            files.Problems.Add($"vocab.json can't be read: {e.Message}");
            return null;
        }
    }

    private static int? Find(TokenizerFiles files, Dictionary<string, int> vocabulary, string name, string byDefault)
    {
        string token = files.SpecialToken(name) ?? byDefault;
        if (vocabulary.TryGetValue(token, out int id))
        {
            return id;
        }

        files.Problems.Add($"vocab.json does not have the {name} '{token}'.");
        return null;
    }
}
