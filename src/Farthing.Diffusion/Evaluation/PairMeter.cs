using Farthing.Diffusion.Evaluation.Clip;
using Farthing.Diffusion.Evaluation.Metrics;
using Farthing.Diffusion.Pipelines;
using Farthing.Diffusion.Sessions;

namespace Farthing.Diffusion.Evaluation;

/// <summary>Measures pairs of pictures.</summary>
internal sealed class PairMeter : IDisposable
{
    private readonly ClipModel _clip;
    private readonly FeatureModel? _features;

    private PairMeter(ClipModel clip, FeatureModel? features, Bootstrap bootstrap)
    {
        (_clip, _features) = (clip, features);
        var versions = new SortedDictionary<string, string>(StringComparer.Ordinal)
        {
            ["bootstrap"] = bootstrap.Version,
            ["clip"] = $"clip/1: cosine of picture embeddings; similarity to text 2.5*max(cosine, 0); model {clip.Hash}",
            ["faults"] = PictureFaults.Version,
            ["psnr"] = Metrics.Psnr.Version,
            ["ssim"] = Metrics.Ssim.Version,
        };
        if (features is not null)
        {
            versions["feature_distance"] = features.Version;
        }

        Versions = versions;
    }

    /// <summary>How each metric is computed.</summary>
    public IReadOnlyDictionary<string, string> Versions { get; }

    /// <summary>Loads the metrics' models.</summary>
    /// <exception cref="EvaluationException">One can't be used.</exception>
    public static PairMeter Load(EvaluationPlan plan, ModelDirectory model)
    {
        var execution = new ExecutionOptions { ThreadsPerRun = plan.Threads };
        var clip = ClipModel.Load(plan.Clip, model.Folder("tokenizer"), execution);
        try
        {
            return new PairMeter(clip, plan.Features is { } path ? FeatureModel.Load(path, execution) : null, plan.Bootstrap);
        }
        catch
        {
            clip.Dispose();
            throw;
        }
    }

    /// <summary>Sets the product in, where there is one, and measures.</summary>
    public PictureResult Measure(EvaluationItem item, RgbPicture? reference, RgbPicture? candidate)
    {
        var result = new PictureResult
        {
            Id = item.Id,
            Text = item.ScoredText,
            Seed = item.Seed,
            ReferenceFault = reference is null ? PictureFault.NotFinite : PictureFaults.Of(reference),
            CandidateFault = candidate is null ? PictureFault.NotFinite : PictureFaults.Of(candidate),
        };
        var product = item.Product;
        var (a, b) = (Compose(reference), Compose(candidate));
        result = result with { Reference = a, Candidate = b, ProductPixelsChanged = product is null ? null : Changed(a) + Changed(b) };
        if (a is null || b is null)
        {
            return result;
        }

        var (text, pictures) = _clip.Embed(item.ScoredText, [a, b]);
        return result with
        {
            ClipImageImage = Cosine.Of(pictures[0], pictures[1]),
            ClipCosineReference = Cosine.Of(text, pictures[0]),
            ClipCosineCandidate = Cosine.Of(text, pictures[1]),
            Psnr = Metrics.Psnr.Of(a, b),
            Ssim = Metrics.Ssim.Of(a, b),
            FeatureDistance = _features?.Distance(a, b),
            BackgroundPsnr = product is null ? null : Metrics.Psnr.Of(a, b, product.Background),
            BackgroundSsim = product is null ? null : Metrics.Ssim.Of(a, b, product.Background),
        };

        RgbPicture? Compose(RgbPicture? drawn) => drawn is null || product is null ? drawn : product.Compose(drawn);

        long Changed(RgbPicture? finished) => finished is null ? 0 : ProductPixels.Changed(finished, product!);
    }

    public void Dispose()
    {
        _clip.Dispose();
        _features?.Dispose();
    }
}
