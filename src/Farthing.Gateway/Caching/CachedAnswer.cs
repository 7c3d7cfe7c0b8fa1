using Farthing.Gateway.Providers;
using Farthing.Gateway.SemanticCache.Guarding;
using Farthing.Gateway.Wire;

namespace Farthing.Gateway.Caching;

/// <summary>An answer that is kept, with what it cost, as evidence of what a hit avoids.</summary>
/// <param name="Key">The request that it answers.</param>
/// <param name="Origin">Where it comes from.</param>
/// <param name="Body">An answer, or all bytes of a stream, in the client's shape.</param>
public sealed record CachedAnswer(CacheKey Key, AnswerOrigin Origin, ReadOnlyMemory<byte> Body)
{
    /// <summary>What finds it by another wording; null where only the same request does.</summary>
    public AnswerMeaning? Meaning { get; init; }

    /// <summary>Bytes that it takes in memory, about.</summary>
    internal long Bytes => Body.Length + ((Meaning?.Text.Length ?? 0) * 2L) + 600;
}

/// <summary>The attempt that gave an answer, and how long the answer holds.</summary>
public sealed record AnswerOrigin
{
    /// <summary>The shape of the answer.</summary>
    public required WireShape Shape { get; init; }

    /// <summary>Whether it is a stream.</summary>
    public bool Streamed { get; init; }

    /// <summary>The request that was answered.</summary>
    public required string RequestId { get; init; }

    /// <summary>Which attempt of it.</summary>
    public required int Attempt { get; init; }

    /// <summary>Who answered.</summary>
    public required string Provider { get; init; }

    /// <summary>The model that answered.</summary>
    public required string Model { get; init; }

    /// <summary>What it is priced as.</summary>
    public required string Resource { get; init; }

    /// <summary>The shape that the provider was called in, which decides what its tokens are priced as; null in answers from before, which had the client's.</summary>
    public string? CalledIn { get; init; }

    /// <summary>What it used.</summary>
    public TokenCounts Tokens { get; init; }

    /// <summary>What the provider did for it beside tokens, as in <see cref="ToolUse.Text"/>; null for nothing.</summary>
    public string? Uses { get; init; }

    /// <summary>Whether that was counted here.</summary>
    public bool Estimated { get; init; }

    /// <summary>When it was answered.</summary>
    public required DateTimeOffset At { get; init; }

    /// <summary>From when on it is not served any more.</summary>
    public required DateTimeOffset Until { get; init; }
}

/// <summary>What finds an answer by another wording of its request.</summary>
/// <param name="Scope">What must be the same.</param>
/// <param name="Text">The last user text.</param>
/// <param name="Vector">Its embedding.</param>
public sealed record AnswerMeaning(CacheKey Scope, string Text, TextVector Vector);

/// <summary>A text as a point on the unit sphere.</summary>
/// <param name="Values">[dimensions], L2 norm 1.</param>
/// <param name="Embedded">What the embedder saw of the text.</param>
public sealed record TextVector(float[] Values, EmbeddedText Embedded);
