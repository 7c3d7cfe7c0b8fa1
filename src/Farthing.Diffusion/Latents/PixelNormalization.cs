namespace Farthing.Diffusion.Latents;

/// <summary>Between 8-bit pictures, [height, width, 3] in RGB, and the autoencoder's planes [3, height, width] in [−1, 1].</summary>
public static class PixelNormalization
{
    private const int Channels = 3;

    /// <summary>Writes 2 · v/255 − 1 for every pixel of a batch.</summary>
    /// <param name="pixels">[batch, height, width, 3].</param>
    /// <param name="pixelsPerImage">height · width.</param>
    /// <param name="planes">[batch, 3, height, width].</param>
    /// <exception cref="ArgumentException">The lengths differ or are no whole number of images.</exception>
    public static void ToPlanes(ReadOnlySpan<byte> pixels, int pixelsPerImage, Span<float> planes)
    {
        CheckLengths(pixels.Length, planes.Length, pixelsPerImage);
        int size = pixelsPerImage * Channels;
        for (int image = 0; image < pixels.Length; image += size)
        {
            for (int channel = 0; channel < Channels; channel++)
            {
                var plane = planes.Slice(image + (channel * pixelsPerImage), pixelsPerImage);
                for (int i = 0; i < plane.Length; i++)
                {
                    plane[i] = (2 * (pixels[image + (i * Channels) + channel] / 255f)) - 1;
                }
            }
        }
    }

    /// <summary>Writes the planes as 8-bit pixels: clamp(x/2 + 0.5, 0, 1) · 255, ties to the even value.</summary>
    /// <param name="planes">[batch, 3, height, width].</param>
    /// <param name="pixelsPerImage">height · width.</param>
    /// <param name="pixels">[batch, height, width, 3]. A value that is not a number becomes 0.</param>
    /// <exception cref="ArgumentException">The lengths differ or are no whole number of images.</exception>
    public static void ToPixels(ReadOnlySpan<float> planes, int pixelsPerImage, Span<byte> pixels)
    {
        CheckLengths(planes.Length, pixels.Length, pixelsPerImage);
        int size = pixelsPerImage * Channels;
        for (int image = 0; image < planes.Length; image += size)
        {
            for (int channel = 0; channel < Channels; channel++)
            {
                var plane = planes.Slice(image + (channel * pixelsPerImage), pixelsPerImage);
                for (int i = 0; i < plane.Length; i++)
                {
                    pixels[image + (i * Channels) + channel] = ToByte(ToUnit(plane[i]));
                }
            }
        }
    }

    /// <summary>A plane's value in [0, 1].</summary>
    public static float ToUnit(float value) => Math.Clamp((value * 0.5f) + 0.5f, 0f, 1f);

    /// <summary>A value in [0, 1] as 8 bits, ties to the even value.</summary>
    public static byte ToByte(float unit) => (byte)MathF.Round(unit * 255);

    private static void CheckLengths(int from, int to, int pixelsPerImage)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(pixelsPerImage, 1);
        if (from != to || from % (pixelsPerImage * Channels) != 0)
        {
            throw new ArgumentException(
                $"{from} values in and {to} out are not whole images of {pixelsPerImage} pixels in {Channels} channels.");
        }
    }
}
