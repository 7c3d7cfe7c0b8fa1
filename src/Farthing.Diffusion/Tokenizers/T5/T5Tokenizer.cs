using System.Globalization;
using Google.Protobuf;

namespace Farthing.Diffusion.Tokenizers.T5;

/// <summary>T5's SentencePiece tokenizer, with the ids of transformers' fast one.</summary>
internal sealed class T5Tokenizer : ITextTokenizer
{
    public const string ModelFile = "spiece.model";

    /// <summary>The sentinels that T5Tokenizer adds when extra_ids is not in the configuration.</summary>
    private const int DefaultExtraIds = 100;
    private const string ExtraIdStart = "<extra_id_";
    private static readonly string[] Classes = ["T5Tokenizer", "T5TokenizerFast"];

    private readonly UnigramModel _model;
    private readonly GraphemeNormalizer _normalizer;
    private readonly TokenizerSettings _settings;
    private readonly AddedTokenFinder _tokens;

    private T5Tokenizer(UnigramModel model, CharsMap map, TokenizerSettings settings, int vocabularySize)
    {
        _model = model;
        _normalizer = new GraphemeNormalizer(map);
        _settings = settings;
        VocabularySize = vocabularySize;

        // T5's tokens are all of the raw text.
        _tokens = new AddedTokenFinder(settings.Added.Select(t => (t.Content, t.Id)));
    }

    public int Length => _settings.Length;

    public int VocabularySize { get; }

    public static T5Tokenizer Load(TokenizerFiles files)
    {
        var (file, bytes, map) = ReadModel(files);
        var ids = new Dictionary<string, int>(StringComparer.Ordinal);
        for (int id = 0; id < file.Pieces.Count; id++)
        {
            ids.TryAdd(file.Pieces[id], id);
        }

        var reader = new TokenizerSettingsReader(files, t => ids.TryGetValue(t, out int id) ? id : null);
        int extra = reader.ReadCount("extra_ids", DefaultExtraIds);
        for (int k = 0; k < extra; k++)
        {
            ids.TryAdd($"{ExtraIdStart}{k.ToString(CultureInfo.InvariantCulture)}>", file.Pieces.Count + extra - 1 - k);
        }

        var settings = reader.Read(Classes, needsBegin: false);
        files.ThrowIfOdd();
        var known = settings!.Added.Select(t => t.Content).ToHashSet(StringComparer.Ordinal);
        AddedToken[] sentinels =
            [.. ids.Where(p => p.Key.StartsWith(ExtraIdStart, StringComparison.Ordinal) && p.Value >= file.Pieces.Count
                && !known.Contains(p.Key)).Select(p => new AddedToken(p.Key, p.Value, Normalized: false))];
        settings = settings with { Begin = null, Added = [.. settings.Added, .. sentinels] };
        var model = CreateModel(files, bytes, file.Unknown!.Value);
        int size = Math.Max(file.Pieces.Count, 1 + settings.Added.Max(t => t.Id));
        return new T5Tokenizer(model, map, settings, size);
    }

    public TokenIds Encode(string text) => Encode(text, Length);

    public TokenIds Encode(string text, int length)
    {
        var target = new TokenCollector(text, length);
        new T5Encoding(_model, _normalizer, _tokens, target).Encode(text);
        return target.Finish(_settings.End, _settings.Pad);
    }

    private static (SentencePieceFile File, byte[] Bytes, CharsMap Map) ReadModel(TokenizerFiles files)
    {
        const string remedy = "copy it anew; a Git LFS pointer is a small text file in its place";
        var file = new SentencePieceFile([], null, ByteString.Empty, true);
        byte[] bytes = files.ReadBytes(ModelFile) ?? [];
        try
        {
            file = SentencePieceFile.Parse(bytes);
        }
        catch (InvalidProtocolBufferException e)
        {
            files.Report($"{ModelFile} is no SentencePiece model ({e.Message}); {remedy}");
            CharsMap.TryRead([], out var none);
            return (file, bytes, none);
        }

        if (file.Pieces.Count == 0 || file.Unknown is null)
        {
            string unknown = file.Unknown is null ? "no" : "an";
            files.Report($"{ModelFile} has {file.Pieces.Count} pieces and {unknown} unknown piece; {remedy}");
        }

        if (!file.IsUnigram)
        {
            files.Report($"{ModelFile} is not of the unigram kind, which T5 is; use a T5 model's file");
        }

        if (!CharsMap.TryRead(file.CharsMap.Span, out var map))
        {
            files.Report($"{ModelFile}: its character map is broken; {remedy}");
        }

        return (file, bytes, map);
    }

    private static UnigramModel CreateModel(TokenizerFiles files, byte[] bytes, int unknown)
    {
        try
        {
            return new UnigramModel(bytes, unknown);
        }
        catch (Exception e) when (e is not OutOfMemoryException)
        {
            // What the library throws for an odd model is not documented.
            files.Report($"{ModelFile} can't be read ({e.Message}); copy it anew");
            files.ThrowIfOdd();
            throw;
        }
    }
}
