namespace Farthing.Diffusion.Latents;

/// <summary>Inpainting masks: 1 is drawn anew, 0 is kept.</summary>
public static class MaskImage
{
    /// <summary>Writes the luma of RGB pixels, (19595 R + 38470 G + 7471 B + 2¹⁵) / 2¹⁶: ITU-R 601 as Pillow computes it.</summary>
    /// <param name="rgb">[height, width, 3].</param>
    /// <param name="grey">[height, width].</param>
    /// <exception cref="ArgumentException">The lengths do not fit.</exception>
    public static void ToGrey(ReadOnlySpan<byte> rgb, Span<byte> grey)
    {
        CheckLengths(rgb.Length, 3 * grey.Length);
        for (int i = 0; i < grey.Length; i++)
        {
            grey[i] = (byte)(((19595 * rgb[3 * i]) + (38470 * rgb[(3 * i) + 1]) + (7471 * rgb[(3 * i) + 2]) + 32768) >> 16);
        }
    }

    /// <summary>Writes 1 where the grey value is 128 or more, else 0.</summary>
    /// <exception cref="ArgumentException">The lengths differ.</exception>
    public static void Binarize(ReadOnlySpan<byte> grey, Span<float> mask)
    {
        CheckLengths(grey.Length, mask.Length);
        for (int i = 0; i < grey.Length; i++)
        {
            mask[i] = grey[i] >= 128 ? 1 : 0;
        }
    }

    /// <summary>Shrinks a mask to the latents' size by the nearest value, ⌊i · in/out⌋ in each direction.</summary>
    /// <param name="mask">[height, width].</param>
    /// <param name="height">The mask's height.</param>
    /// <param name="width">The mask's width.</param>
    /// <param name="latentHeight">The latents' height.</param>
    /// <param name="latentWidth">The latents' width.</param>
    /// <param name="destination">[latentHeight, latentWidth].</param>
    /// <exception cref="ArgumentException">The lengths do not fit.</exception>
    public static void ToLatents(
        ReadOnlySpan<float> mask, int height, int width, int latentHeight, int latentWidth, Span<float> destination)
    {
        CheckLengths(mask.Length, height * width);
        CheckLengths(destination.Length, latentHeight * latentWidth);
        for (int y = 0; y < latentHeight; y++)
        {
            var source = mask.Slice((int)((long)y * height / latentHeight) * width, width);
            var row = destination.Slice(y * latentWidth, latentWidth);
            for (int x = 0; x < latentWidth; x++)
            {
                row[x] = source[(int)((long)x * width / latentWidth)];
            }
        }
    }

    /// <summary>Writes the picture with 0, mid-grey, where the mask is 0.5 or more: a 9-channel UNet's condition.</summary>
    /// <param name="planes">[channels, height, width].</param>
    /// <param name="mask">[height, width].</param>
    /// <param name="destination">As the planes.</param>
    /// <exception cref="ArgumentException">The planes are no whole number of masks.</exception>
    public static void Cover(ReadOnlySpan<float> planes, ReadOnlySpan<float> mask, Span<float> destination)
    {
        CheckLengths(planes.Length, destination.Length);
        if (mask.IsEmpty || planes.Length % mask.Length != 0)
        {
            throw new ArgumentException($"{planes.Length} values are no whole number of masks of {mask.Length}.");
        }

        for (int i = 0; i < planes.Length; i += mask.Length)
        {
            for (int j = 0; j < mask.Length; j++)
            {
                destination[i + j] = mask[j] < 0.5f ? planes[i + j] : 0;
            }
        }
    }

    private static void CheckLengths(int actual, int expected)
    {
        if (actual != expected)
        {
            throw new ArgumentException($"There are {actual} values where {expected} are needed.");
        }
    }
}
