namespace Farthing.Rendering.Manifests;

/// <summary>One picture that a manifest asks for. A value that the row leaves out is null: the caller's default holds.</summary>
public sealed record RenderRequest
{
    /// <summary>Unique in its manifest without regard to case; fit for a file name. Row 7 without an id is <c>row-000007</c>.</summary>
    public required string Id { get; init; }

    /// <summary>The line the row starts on, counted from 1.</summary>
    public required int Line { get; init; }

    /// <summary>What the picture shows; never blank.</summary>
    public required string Prompt { get; init; }

    /// <summary>Full path of the product cut-out, which existed when the manifest was read; null without a product.</summary>
    public string? ProductPath { get; init; }

    /// <summary>Seed of the random numbers, 0 to 2^63 − 1.</summary>
    public long? Seed { get; init; }

    /// <summary>Width in pixels.</summary>
    public int? Width { get; init; }

    /// <summary>Height in pixels.</summary>
    public int? Height { get; init; }

    /// <summary>Denoising steps.</summary>
    public int? Steps { get; init; }

    /// <summary>Guidance scale.</summary>
    public double? Guidance { get; init; }

    /// <summary>What the picture must not show. Null is left out, "" is an empty text that gets encoded: only JSONL can say that.</summary>
    public string? NegativePrompt { get; init; }

    /// <summary>Words to report costs by, in the row's order, each once.</summary>
    public IReadOnlyList<string> Tags { get; init; } = [];
}
