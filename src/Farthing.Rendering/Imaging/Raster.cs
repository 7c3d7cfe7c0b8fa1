namespace Farthing.Rendering.Imaging;

/// <summary>8-bit sRGB pixels: rows from the top, pixels from the left, channels together (RGB, or RGB and straight alpha).</summary>
public sealed class Raster
{
    /// <summary>Wraps pixels without copying them.</summary>
    /// <param name="width">Pixels a row, at least 1.</param>
    /// <param name="height">Rows, at least 1.</param>
    /// <param name="channels">3 (RGB) or 4 (RGB and straight alpha).</param>
    /// <param name="pixels">width · height · channels bytes.</param>
    /// <exception cref="ArgumentException">The numbers don't fit together.</exception>
    public Raster(int width, int height, int channels, byte[] pixels)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(width);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(height);
        ArgumentNullException.ThrowIfNull(pixels);
        if (channels is not (3 or 4))
        {
            throw new ArgumentOutOfRangeException(nameof(channels), channels, "3 (RGB) or 4 (RGBA)");
        }

        if (pixels.Length != (long)width * height * channels)
        {
            throw new ArgumentException($"{width}×{height}×{channels} pixels need {(long)width * height * channels} bytes, not {pixels.Length}.", nameof(pixels));
        }

        (Width, Height, Channels, Pixels) = (width, height, channels, pixels);
    }

    /// <summary>Pixels a row.</summary>
    public int Width { get; }

    /// <summary>Rows.</summary>
    public int Height { get; }

    /// <summary>3 or 4.</summary>
    public int Channels { get; }

    /// <summary>The pixels themselves, not a copy.</summary>
    public byte[] Pixels { get; }

    internal static Raster Blank(int width, int height, int channels) =>
        new(width, height, channels, new byte[checked(width * height * channels)]);
}
