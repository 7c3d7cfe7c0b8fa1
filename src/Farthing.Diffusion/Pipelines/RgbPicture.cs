namespace Farthing.Diffusion.Pipelines;

/// <summary>An 8-bit sRGB picture.</summary>
public sealed class RgbPicture
{
    /// <summary>Wraps pixels; they are not copied.</summary>
    /// <param name="width">Width in pixels.</param>
    /// <param name="height">Height in pixels.</param>
    /// <param name="pixels">Rows from top to bottom, three bytes a pixel.</param>
    /// <exception cref="ArgumentException">The length is not width × height × 3.</exception>
    public RgbPicture(int width, int height, byte[] pixels)
    {
        ArgumentNullException.ThrowIfNull(pixels);
        if (width <= 0 || height <= 0 || pixels.LongLength != (long)width * height * 3)
        {
            throw new ArgumentException($"{pixels.Length} bytes are no {width}×{height} RGB picture.", nameof(pixels));
        }

        Width = width;
        Height = height;
        Pixels = pixels;
    }

    /// <summary>Width in pixels.</summary>
    public int Width { get; }

    /// <summary>Height in pixels.</summary>
    public int Height { get; }

    /// <summary>Rows from top to bottom, three bytes a pixel.</summary>
    public byte[] Pixels { get; }
}
