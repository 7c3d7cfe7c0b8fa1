namespace Farthing.Rendering.Imaging;

/// <summary>The largest product picture that is read. Limits are inclusive and checked before pixels are decoded.</summary>
public sealed record CutOutLimits
{
    /// <summary>The defaults.</summary>
    public static CutOutLimits Default { get; } = new();

    /// <summary>Largest file in bytes. Default 64 MiB.</summary>
    public long MaxFileBytes { get; init; } = 64L * 1024 * 1024;

    /// <summary>Most pixels, width · height. Default 64,000,000.</summary>
    public long MaxPixels { get; init; } = 64_000_000;
}
