using System.Text.Json;
using Farthing.Diffusion.Pipelines;
using Farthing.Diffusion.Sessions;
using Farthing.Diffusion.Tokenizers;

namespace Farthing.Diffusion.Evaluation.Clip;

/// <summary>A CLIP in optimum's ONNX layout: how near a picture is to a text, or to another picture. One thread at a time.</summary>
public sealed class ClipModel : IDisposable
{
    private readonly ClipNetwork _network;
    private readonly ClipPreprocessing _preprocessing;
    private readonly ITextTokenizer _tokenizer;

    private ClipModel(string directory, ClipNetwork network, ClipPreprocessing preprocessing, ITextTokenizer tokenizer)
    {
        (_network, _preprocessing, _tokenizer) = (network, preprocessing, tokenizer);
        Hash = ModelHash.Compute(directory);
    }

    /// <summary><see cref="ModelHash"/> of the directory.</summary>
    public string Hash { get; }

    /// <summary>Loads a directory.</summary>
    /// <param name="directory">It holds the graph, preprocessor_config.json, and its tokenizer's files or none.</param>
    /// <param name="tokenizer">The folder of the tokenizer to take where it has none.</param>
    /// <param name="execution">How to run it.</param>
    /// <exception cref="EvaluationException">It can't be used; the message lists everything.</exception>
    public static ClipModel Load(string directory, string tokenizer, ExecutionOptions execution)
    {
        ArgumentNullException.ThrowIfNull(execution);
        if (!Directory.Exists(directory))
        {
            throw new EvaluationException($"There is no CLIP in '{directory}': no such directory. Name one with --clip.");
        }

        List<string> problems = [];
        var preprocessing = ClipPreprocessing.Load(directory, problems);
        var texts = LoadTokenizer(directory, tokenizer, problems);
        var network = ClipNetwork.Load(directory, execution, problems);
        if (network?.FixedSize is { } fixedSize && preprocessing?.OutputSize is { } size && fixedSize != size)
        {
            problems.Add($"the graph takes pictures of {fixedSize.Width}×{fixedSize.Height}, but {PreprocessorConfig.FileName} makes {size.Width}×{size.Height}.");
        }

        if (problems.Count > 0)
        {
            network?.Dispose();
            throw new EvaluationException(
                $"The CLIP in '{directory}' can't be used:{string.Concat(problems.Select(p => $"{Environment.NewLine}  - {p}"))}");
        }

        return new ClipModel(directory, network!, preprocessing!, texts!);
    }

    /// <summary>Embeds a text and pictures of it.</summary>
    /// <param name="text">What the pictures should show.</param>
    /// <param name="pictures">At least one, of one size.</param>
    /// <returns>Vectors of one width, of any length.</returns>
    public (float[] Text, IReadOnlyList<float[]> Pictures) Embed(string text, IReadOnlyList<RgbPicture> pictures)
    {
        ArgumentNullException.ThrowIfNull(pictures);
        var tokens = _tokenizer.Encode(text);
        long[] ids = new long[tokens.Length], mask = new long[tokens.Length];
        tokens.CopyTo(ids);
        mask.AsSpan(0, tokens.Count).Fill(1);
        var prepared = pictures.Select(_preprocessing.Prepare).ToArray();
        float[] pixels = [.. prepared.SelectMany(static picture => picture.Planes)];
        var (texts, rows) = _network.Embed(ids, mask, 1, pixels, [pictures.Count, 3, prepared[0].Height, prepared[0].Width]);
        return (texts[0], rows);
    }

    /// <inheritdoc/>
    public void Dispose() => _network.Dispose();

    private static ITextTokenizer? LoadTokenizer(string directory, string other, List<string> problems)
    {
        string inside = Path.Combine(directory, "tokenizer");
        string folder = File.Exists(Path.Combine(directory, "vocab.json")) ? directory : Directory.Exists(inside) ? inside : other;
        try
        {
            var tokenizer = TokenizerDirectory.Load(folder);
            if (VocabularySize(directory) is { } known && tokenizer.VocabularySize > known)
            {
                problems.Add($"the tokenizer in '{folder}' can give ids up to {tokenizer.VocabularySize - 1}, but config.json says {known} words. "
                    + "Copy CLIP's own vocab.json, merges.txt and tokenizer_config.json into its directory.");
            }

            return tokenizer;
        }
        catch (TokenizerFilesException e)
        {
            problems.AddRange(e.Problems.Select(p => $"tokenizer: {p}"));
            return null;
        }
    }

    private static int? VocabularySize(string directory)
    {
        string path = Path.Combine(directory, "config.json");
        try
        {
            return File.Exists(path) ? JsonSerializer.Deserialize(File.ReadAllBytes(path), ClipJson.Default.ClipConfig)?.TextConfig?.VocabSize : null;
        }
        catch (JsonException)
        {
            return null;
        }
    }
}
