using Farthing.Diffusion.Pipelines;

namespace Farthing.Diffusion.Evaluation.Metrics;

/// <summary>
/// Structural similarity after Wang, Bovik, Sheikh and Simoncelli 2004 ("Image Quality Assessment: From Error Visibility to
/// Structural Similarity", equation 13 and section III.C): luma 0.299 R + 0.587 G + 0.114 B, Gaussian window of 11×11 with
/// σ = 1.5, K₁ = 0.01, K₂ = 0.03, L = 255, the mean over all windows that lie within the picture, without shrinking it first.
/// </summary>
public static class Ssim
{
    /// <summary>How it is computed, for records.</summary>
    public const string Version = "ssim/1: Wang et al. 2004, luma of ITU-R 601, 11x11 gaussian sigma 1.5, whole windows";

    private const int Size = 11;
    private const double C1 = 0.01 * 255 * (0.01 * 255);
    private const double C2 = 0.03 * 255 * (0.03 * 255);

    private static readonly double[] Weights = Gaussian();

    /// <summary>Compares two pictures of one size, at least 11 pixels wide and high.</summary>
    /// <param name="a">One picture.</param>
    /// <param name="b">The other.</param>
    /// <param name="region">[height, width]: windows count that lie in it wholly; null for all.</param>
    /// <returns>1 for equal pictures; null where no window counts.</returns>
    /// <exception cref="ArgumentException">The sizes differ.</exception>
    public static double? Of(RgbPicture a, RgbPicture b, bool[]? region = null)
    {
        PicturePair.Check(a, b, region);
        int columns = a.Width - Size + 1, rows = a.Height - Size + 1;
        if (columns < 1 || rows < 1)
        {
            return null;
        }

        double[] x = Luma(a), y = Luma(b);
        double[] meanX = Blur(x, null, a.Width, a.Height), meanY = Blur(y, null, a.Width, a.Height);
        double[] squareX = Blur(x, x, a.Width, a.Height), squareY = Blur(y, y, a.Width, a.Height), product = Blur(x, y, a.Width, a.Height);
        double sum = 0;
        int count = 0;
        for (int i = 0; i < meanX.Length; i++)
        {
            if (region is not null && !IsWithin(region, a.Width, i % columns, i / columns))
            {
                continue;
            }

            double mx = meanX[i], my = meanY[i];
            double vx = squareX[i] - mx * mx, vy = squareY[i] - my * my, cov = product[i] - mx * my;
            sum += (2 * mx * my + C1) * (2 * cov + C2) / ((mx * mx + my * my + C1) * (vx + vy + C2));
            count++;
        }

        return count == 0 ? null : sum / count;
    }

    private static double[] Luma(RgbPicture picture)
    {
        double[] luma = new double[picture.Width * picture.Height];
        for (int i = 0; i < luma.Length; i++)
        {
            luma[i] = 0.299 * picture.Pixels[3 * i] + 0.587 * picture.Pixels[3 * i + 1] + 0.114 * picture.Pixels[3 * i + 2];
        }

        return luma;
    }

    /// <summary>The Gaussian mean of a plane, or of its product with another, at every whole window: rows, then columns.</summary>
    private static double[] Blur(double[] plane, double[]? other, int width, int height)
    {
        int columns = width - Size + 1, rows = height - Size + 1;
        double[] across = new double[columns * height], result = new double[columns * rows];
        for (int y = 0; y < height; y++)
        {
            for (int c = 0; c < columns; c++)
            {
                double sum = 0;
                for (int k = 0; k < Size; k++)
                {
                    int at = y * width + c + k;
                    sum += Weights[k] * (other is null ? plane[at] : plane[at] * other[at]);
                }

                across[y * columns + c] = sum;
            }
        }

        for (int i = 0; i < result.Length; i++)
        {
            double sum = 0;
            for (int k = 0; k < Size; k++)
            {
                sum += Weights[k] * across[i + k * columns];
            }

            result[i] = sum;
        }

        return result;
    }

    private static bool IsWithin(bool[] region, int width, int left, int top)
    {
        for (int y = top; y < top + Size; y++)
        {
            if (region.AsSpan(y * width + left, Size).Contains(false))
            {
                return false;
            }
        }

        return true;
    }

    private static double[] Gaussian()
    {
        double[] weights = [.. Enumerable.Range(0, Size).Select(i => Math.Exp(-(i - Size / 2) * (i - Size / 2) / (2 * 1.5 * 1.5)))];
        double sum = weights.Sum();
        return [.. weights.Select(weight => weight / sum)];
    }
}
