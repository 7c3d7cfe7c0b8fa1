using System.Numerics.Tensors;

namespace Farthing.Diffusion.Evaluation.Metrics;

/// <summary>Similarity of CLIP embeddings.</summary>
public static class Cosine
{
    /// <summary>The weight of CLIPScore: Hessel et al. 2021, "CLIPScore: A Reference-free Evaluation Metric for Image Captioning", section 3.</summary>
    public const double ScoreWeight = 2.5;

    /// <summary>The cosine of two vectors: −1 to 1.</summary>
    public static double Of(ReadOnlySpan<float> a, ReadOnlySpan<float> b) => Math.Clamp(TensorPrimitives.CosineSimilarity(a, b), -1f, 1f);

    /// <summary>CLIPScore: 2.5 · max(cosine, 0).</summary>
    public static double Score(double cosine) => ScoreWeight * Math.Max(cosine, 0);
}
