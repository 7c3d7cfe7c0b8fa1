namespace Farthing.Diffusion.Latents;

/// <summary>
/// Resizes 8-bit pictures with a Lanczos window of three lobes, in two passes of fixed-point sums like
/// Pillow's, so that a picture meets the model with the very pixels that diffusers gives it.
/// </summary>
public static class LanczosResize
{
    /// <summary>Resizes one picture.</summary>
    /// <param name="pixels">[height, width, channels].</param>
    /// <param name="height">The picture's height.</param>
    /// <param name="width">The picture's width.</param>
    /// <param name="newHeight">The height wanted.</param>
    /// <param name="newWidth">The width wanted.</param>
    /// <returns>[newHeight, newWidth, channels].</returns>
    /// <exception cref="ArgumentException">The pixels are no such picture, or a size is below 1.</exception>
    public static byte[] Resize(ReadOnlySpan<byte> pixels, int height, int width, int newHeight, int newWidth) =>
        PillowResize.Resize(pixels, height, width, newHeight, newWidth, PillowFilter.Lanczos);
}
