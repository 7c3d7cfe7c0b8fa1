namespace Farthing.Gateway.Configuration;

/// <summary>The semantic cache as configured.</summary>
public sealed record SemanticCacheOptions
{
    /// <summary>Whether it is wanted. Default false.</summary>
    public bool Enabled { get; init; }

    /// <summary>The least cosine of a candidate, 0.5 to 1. Default 0.94.</summary>
    public double SimilarityThreshold { get; init; } = 0.94;

    /// <summary>How long an answer is kept, 1 second to 10 years. Default a week.</summary>
    public TimeSpan Ttl { get; init; } = TimeSpan.FromDays(7);
}
