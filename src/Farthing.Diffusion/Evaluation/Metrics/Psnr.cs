using Farthing.Diffusion.Pipelines;

namespace Farthing.Diffusion.Evaluation.Metrics;

/// <summary>Peak signal-to-noise ratio of 8-bit sRGB pictures: 10·log₁₀(255² / mean squared error), over all three channels.</summary>
public static class Psnr
{
    /// <summary>What equal pictures get, and the most that any get: equal ones would be infinitely alike.</summary>
    public const double Highest = 100;

    /// <summary>How it is computed, for records.</summary>
    public const string Version = "psnr/1: 8-bit sRGB, all channels, at most 100 dB";

    /// <summary>Compares two pictures of one size.</summary>
    /// <param name="a">One picture.</param>
    /// <param name="b">The other.</param>
    /// <param name="region">[height, width]: which pixels count; null for all.</param>
    /// <returns>Decibels; null where no pixel counts.</returns>
    /// <exception cref="ArgumentException">The sizes differ.</exception>
    public static double? Of(RgbPicture a, RgbPicture b, bool[]? region = null)
    {
        PicturePair.Check(a, b, region);
        long sum = 0, count = 0;
        for (int pixel = 0; pixel < a.Width * a.Height; pixel++)
        {
            if (region is not null && !region[pixel])
            {
                continue;
            }

            count += 3;
            for (int i = pixel * 3; i < pixel * 3 + 3; i++)
            {
                int difference = a.Pixels[i] - b.Pixels[i];
                sum += difference * difference;
            }
        }

        return count == 0 ? null
            : sum == 0 ? Highest
            : Math.Min(Highest, 10 * Math.Log10(255.0 * 255.0 * count / sum));
    }
}
