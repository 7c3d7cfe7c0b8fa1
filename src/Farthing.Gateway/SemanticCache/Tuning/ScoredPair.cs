using Farthing.Gateway.SemanticCache.Guarding;

namespace Farthing.Gateway.SemanticCache.Tuning;

/// <summary>A pair with what the cache would have found.</summary>
/// <param name="Pair">The pair.</param>
/// <param name="Cosine">The similarity of its two texts.</param>
/// <param name="Verdict">What the guard says of them.</param>
public readonly record struct ScoredPair(CaptionPair Pair, float Cosine, GuardVerdict Verdict);
