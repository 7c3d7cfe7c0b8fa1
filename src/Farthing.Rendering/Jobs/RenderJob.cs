using Farthing.Ledger.Posting;
using Farthing.Rendering.Precision;

namespace Farthing.Rendering.Jobs;

/// <summary>One row with every value settled.</summary>
internal sealed record RenderJob
{
    /// <summary>Names the picture by all that decides it; the same row with other settings is another render.</summary>
    public required string RenderId { get; init; }

    /// <summary>The row's id, which names its files.</summary>
    public required string Id { get; init; }

    /// <summary>The row's line in the manifest.</summary>
    public required int Line { get; init; }

    public required string Prompt { get; init; }

    /// <summary>The product's file; null for a whole picture.</summary>
    public required string? ProductPath { get; init; }

    public required string? NegativePrompt { get; init; }

    public required long Seed { get; init; }

    public required JobShape Shape { get; init; }

    public required TagSet Tags { get; init; }

    /// <summary>The model that it is drawn with.</summary>
    public required RenderModel Model { get; init; }

    /// <summary>What it is drawn with, as the ledger keeps it.</summary>
    public required RenderForm Form { get; init; }
}

/// <summary>What renders must share to be denoised together.</summary>
internal readonly record struct JobShape(int Width, int Height, int Steps, double Guidance, bool HasProduct)
{
    /// <summary>UNet passes a step: two under guidance.</summary>
    public int GuidancePasses => Guidance > 1 ? 2 : 1;
}
