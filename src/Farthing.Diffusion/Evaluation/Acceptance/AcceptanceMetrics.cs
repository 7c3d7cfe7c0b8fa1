namespace Farthing.Diffusion.Evaluation;

/// <summary>The figures that an acceptance rests on. What each is, and its formula, says <c>docs/evaluation.md</c>.</summary>
public sealed record AcceptanceMetrics
{
    /// <summary>Cosine of the two pictures' CLIP embeddings, −1 to 1.</summary>
    public required MetricFigure ClipImageImage { get; init; }

    /// <summary>2.5 · max(cosine of text and picture, 0) of the reference's pictures.</summary>
    public required MetricFigure ClipScoreReference { get; init; }

    /// <summary>The same of the candidate's.</summary>
    public required MetricFigure ClipScoreCandidate { get; init; }

    /// <summary>The paired difference, reference − candidate: above 0 the candidate is worse.</summary>
    public required MetricFigure ClipDrop { get; init; }

    /// <summary>Peak signal-to-noise ratio in dB, at most 100.</summary>
    public required MetricFigure Psnr { get; init; }

    /// <summary>Structural similarity, −1 to 1.</summary>
    public required MetricFigure Ssim { get; init; }

    /// <summary>LPIPS-like distance of features, 0 and up; null where no feature model was given.</summary>
    public MetricFigure? FeatureDistance { get; init; }

    /// <summary>PSNR outside the product, in dB; null where no picture has a product.</summary>
    public MetricFigure? BackgroundPsnr { get; init; }

    /// <summary>SSIM outside the product; null where no picture has a product.</summary>
    public MetricFigure? BackgroundSsim { get; init; }

    /// <summary>Candidate's pictures whose values are no numbers.</summary>
    public required int NotFinite { get; init; }

    /// <summary>Candidate's pictures that are black though the reference's are not.</summary>
    public required int Black { get; init; }

    /// <summary>Candidate's pictures of a single colour though the reference's are not.</summary>
    public required int SingleColour { get; init; }

    /// <summary>Opaque product pixels that are not byte for byte the product's, over all pictures of both models.</summary>
    public required long ProductPixelsChanged { get; init; }
}
