namespace Farthing.Diffusion.Tokenizers.Clip;

/// <summary>CLIP's byte-pair tokenizer, with the ids of transformers' fast one.</summary>
internal sealed class ClipTokenizer : ITextTokenizer
{
    public const string VocabularyFile = "vocab.json";
    public const string MergesFile = "merges.txt";
    private static readonly string[] Classes = ["CLIPTokenizer", "CLIPTokenizerFast"];

    private readonly BytePairModel _model;
    private readonly TokenizerSettings _settings;
    private readonly AddedTokenFinder _rawTokens;
    private readonly AddedTokenFinder _normalizedTokens;

    private ClipTokenizer(BytePairModel model, TokenizerSettings settings, int vocabularySize)
    {
        _model = model;
        _settings = settings;
        VocabularySize = vocabularySize;
        var normalizer = new ClipNormalizer();
        _rawTokens = new AddedTokenFinder(settings.Added.Where(t => !t.Normalized).Select(t => (t.Content, t.Id)));
        _normalizedTokens = new AddedTokenFinder(
            settings.Added.Where(t => t.Normalized).Select(t => (normalizer.Normalize(t.Content), t.Id)));
    }

    public int Length => _settings.Length;

    public int VocabularySize { get; }

    public static ClipTokenizer Load(TokenizerFiles files)
    {
        var vocabulary = BytePairModelReader.ReadVocabulary(files);
        var model = BytePairModelReader.Read(files, vocabulary);
        var settings = new TokenizerSettingsReader(files, t => vocabulary.TryGetValue(t, out int id) ? id : null)
            .Read(Classes, needsBegin: true);
        foreach (var token in settings?.Added ?? [])
        {
            if (token.Normalized && token.Content.Any(char.IsWhiteSpace))
            {
                files.Report(
                    $"{TokenizerSettingsReader.ConfigFile}: the added token '{token.Content}' is normalized and has " +
                    "white space, which is not supported; set normalized to false");
            }
        }

        files.ThrowIfOdd();
        int size = 1 + Math.Max(vocabulary.Values.Max(), settings!.Added.Max(t => t.Id));
        return new ClipTokenizer(model!, settings, size);
    }

    public TokenIds Encode(string text) => Encode(text, Length);

    public TokenIds Encode(string text, int length)
    {
        var target = new TokenCollector(text, length);
        target.Add(_settings.Begin!.Value);
        new ClipEncoding(_model, _rawTokens, _normalizedTokens, target).Encode(text);
        return target.Finish(_settings.End, _settings.Pad);
    }
}
