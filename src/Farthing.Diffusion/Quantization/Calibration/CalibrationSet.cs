namespace Farthing.Diffusion.Quantization.Calibration;

/// <summary>The prompts that ranges are collected on, and how their pictures are made.</summary>
public sealed record CalibrationSet
{
    /// <summary>
    /// The fewest prompts. 16 prompts of 25 steps show every tensor 800 rows; with fewer, the rarest values of a render are
    /// likely never seen, and saturate.
    /// </summary>
    public const int FewestPrompts = 16;

    /// <summary>The prompts, in order.</summary>
    public required IReadOnlyList<CalibrationPrompt> Prompts { get; init; }

    /// <summary>The file's name, without its folder.</summary>
    public required string File { get; init; }

    /// <summary>SHA-256 of the file, lower-case hexadecimal.</summary>
    public required string Sha256 { get; init; }

    /// <summary>Denoising steps of each picture, 2 to 1000; all of them are observed. Default 25.</summary>
    public int Steps { get; init; } = 25;

    /// <summary>Guidance scale. Default 5.</summary>
    public float Guidance { get; init; } = 5;
}
