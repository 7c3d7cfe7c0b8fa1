using Farthing.Gateway.SemanticCache.Guarding;

namespace Farthing.Gateway.Caching;

/// <summary>An entry whose text may say the same.</summary>
/// <param name="Key">The request that it answers.</param>
/// <param name="Similarity">The cosine of the two embeddings.</param>
/// <param name="Text">Its text.</param>
/// <param name="Embedded">What the embedder saw of its text.</param>
internal readonly record struct VectorCandidate(CacheKey Key, float Similarity, string Text, EmbeddedText Embedded);

/// <summary>The nearest entries of a scan, at most some.</summary>
/// <param name="threshold">The least cosine.</param>
/// <param name="count">At most so many.</param>
internal sealed class NearestCandidates(double threshold, int count)
{
    // What is equal but for the rounding of 16-bit floats is equal.
    private const float Rounding = 0.0005f;
    private readonly List<VectorCandidate> _found = [];

    /// <summary>The nearest first.</summary>
    public IReadOnlyList<VectorCandidate> Found => _found;

    /// <summary>A cosine below this is not near enough to be among them.</summary>
    public double Least => _found.Count < count ? threshold - Rounding : Math.Max(threshold - Rounding, _found[^1].Similarity);

    /// <summary>Whether a cosine is near enough to be among them.</summary>
    public bool Takes(float similarity) => similarity >= threshold - Rounding && (_found.Count < count || similarity > _found[^1].Similarity);

    /// <summary>Adds one that <see cref="Takes"/> let in.</summary>
    public void Add(VectorCandidate candidate)
    {
        var at = _found.FindIndex(other => other.Similarity < candidate.Similarity);
        _found.Insert(at < 0 ? _found.Count : at, candidate);
        if (_found.Count > count)
        {
            _found.RemoveAt(count);
        }
    }
}
