using System.Text.Json.Serialization;
using Farthing.Diffusion.Evaluation.Metrics;
using Farthing.Diffusion.Pipelines;

namespace Farthing.Diffusion.Evaluation;

/// <summary>What was measured on one pair of pictures. Figures are null where a picture is none.</summary>
public sealed record PictureResult
{
    /// <summary>Names the picture.</summary>
    public required string Id { get; init; }

    /// <summary>The text that CLIP held it against.</summary>
    public required string Text { get; init; }

    /// <summary>Seed of the noise.</summary>
    public required long Seed { get; init; }

    /// <summary>What is wrong with the reference's picture.</summary>
    public required PictureFault ReferenceFault { get; init; }

    /// <summary>What is wrong with the candidate's.</summary>
    public required PictureFault CandidateFault { get; init; }

    /// <summary>Cosine of the two pictures' CLIP embeddings.</summary>
    public double? ClipImageImage { get; init; }

    /// <summary>Cosine of text and the reference's picture.</summary>
    public double? ClipCosineReference { get; init; }

    /// <summary>Cosine of text and the candidate's picture.</summary>
    public double? ClipCosineCandidate { get; init; }

    /// <summary>PSNR in dB.</summary>
    public double? Psnr { get; init; }

    /// <summary>SSIM.</summary>
    public double? Ssim { get; init; }

    /// <summary>LPIPS-like distance.</summary>
    public double? FeatureDistance { get; init; }

    /// <summary>PSNR outside the product.</summary>
    public double? BackgroundPsnr { get; init; }

    /// <summary>SSIM outside the product.</summary>
    public double? BackgroundSsim { get; init; }

    /// <summary>Opaque product pixels that are not the product's, in both pictures; null without a product.</summary>
    public long? ProductPixelsChanged { get; init; }

    /// <summary>The reference's picture as measured.</summary>
    [JsonIgnore]
    public RgbPicture? Reference { get; init; }

    /// <summary>The candidate's picture as measured.</summary>
    [JsonIgnore]
    public RgbPicture? Candidate { get; init; }
}
