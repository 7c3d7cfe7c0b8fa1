namespace Farthing.Rendering.Manifests;

/// <summary>What a campaign manifest may hold. Every limit is inclusive.</summary>
public sealed record ManifestOptions
{
    /// <summary>The defaults.</summary>
    public static ManifestOptions Default { get; } = new();

    /// <summary>Largest file in bytes. Default 64 MiB.</summary>
    public long MaxFileBytes { get; init; } = 64L * 1024 * 1024;

    /// <summary>Most rows; one more refuses the file. Default 1,000,000.</summary>
    public int MaxRows { get; init; } = 1_000_000;

    /// <summary>Longest prompt or negative prompt in UTF-16 code units. Default 100,000.</summary>
    public int MaxPromptLength { get; init; } = 100_000;

    /// <summary>Longest id in UTF-8 bytes: it becomes part of file names. Default 128.</summary>
    public int MaxIdBytes { get; init; } = 128;

    /// <summary>Longest product path in UTF-16 code units. Default 4,096.</summary>
    public int MaxPathLength { get; init; } = 4_096;

    /// <summary>Most tags on a row. Default 64.</summary>
    public int MaxTags { get; init; } = 64;

    /// <summary>Longest tag in UTF-16 code units. Default 100.</summary>
    public int MaxTagLength { get; init; } = 100;

    /// <summary>Smallest width or height in pixels. Default 64.</summary>
    public int MinSide { get; init; } = 64;

    /// <summary>Largest width or height in pixels. Default 4,096.</summary>
    public int MaxSide { get; init; } = 4_096;

    /// <summary>Width and height are multiples of this many pixels: one latent cell. Default 8.</summary>
    public int SideStep { get; init; } = 8;

    /// <summary>Most denoising steps; the fewest is 1. Default 1,000.</summary>
    public int MaxSteps { get; init; } = 1_000;

    /// <summary>Largest guidance scale; the smallest is 0. Default 50.</summary>
    public double MaxGuidance { get; init; } = 50;
}
