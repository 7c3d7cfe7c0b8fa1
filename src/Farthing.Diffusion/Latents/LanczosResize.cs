namespace Farthing.Diffusion.Latents;

/// <summary>
/// Resizes 8-bit pictures with a Lanczos window of three lobes, in two passes of fixed-point sums like
/// Pillow's, so that a picture meets the model with the very pixels that diffusers gives it.
/// </summary>
public static class LanczosResize
{
    private const double Lobes = 3;

    // Weights have 22 bits after the point: 8 bits of value and 2 of headroom fill the 32.
    private const int WeightBits = 22;

    /// <summary>Resizes one picture.</summary>
    /// <param name="pixels">[height, width, channels].</param>
    /// <param name="height">The picture's height.</param>
    /// <param name="width">The picture's width.</param>
    /// <param name="newHeight">The height wanted.</param>
    /// <param name="newWidth">The width wanted.</param>
    /// <returns>[newHeight, newWidth, channels].</returns>
    /// <exception cref="ArgumentException">The pixels are no such picture, or a size is below 1.</exception>
    public static byte[] Resize(ReadOnlySpan<byte> pixels, int height, int width, int newHeight, int newWidth)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(height, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(width, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(newHeight, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(newWidth, 1);
        int channels = pixels.Length / (height * width);
        if (channels == 0 || pixels.Length != channels * height * width)
        {
            throw new ArgumentException($"{pixels.Length} bytes are no picture of {height}×{width}.", nameof(pixels));
        }

        // Rows are done first only where that shrinks the picture before it grows.
        if (newHeight < height && newWidth > width)
        {
            byte[] low = ResizeHeight(pixels, height, newHeight, width * channels);
            return ResizeWidth(low, newHeight, width, newWidth, channels);
        }

        byte[] wide = ResizeWidth(pixels, height, width, newWidth, channels);
        return ResizeHeight(wide, height, newHeight, newWidth * channels);
    }

    private static byte[] ResizeWidth(ReadOnlySpan<byte> pixels, int height, int width, int newWidth, int channels)
    {
        if (newWidth == width)
        {
            return pixels.ToArray();
        }

        var result = new byte[height * newWidth * channels];
        var windows = Windows(width, newWidth);
        for (int y = 0; y < height; y++)
        {
            var row = pixels.Slice(y * width * channels, width * channels);
            Resample(row, windows, channels, result.AsSpan(y * newWidth * channels, newWidth * channels));
        }

        return result;
    }

    private static byte[] ResizeHeight(ReadOnlySpan<byte> pixels, int height, int newHeight, int stride)
    {
        if (newHeight == height)
        {
            return pixels.ToArray();
        }

        // A whole row is one "pixel" of as many values.
        var result = new byte[newHeight * stride];
        Resample(pixels, Windows(height, newHeight), stride, result);
        return result;
    }

    /// <summary>Each output pixel is the weighted sum of a window of input pixels of <paramref name="stride"/> values.</summary>
    private static void Resample(
        ReadOnlySpan<byte> source, Window[] windows, int stride, Span<byte> destination)
    {
        for (int i = 0; i < windows.Length; i++)
        {
            var window = windows[i];
            for (int c = 0; c < stride; c++)
            {
                int sum = 1 << (WeightBits - 1);
                for (int k = 0; k < window.Weights.Length; k++)
                {
                    sum += source[((window.Start + k) * stride) + c] * window.Weights[k];
                }

                destination[(i * stride) + c] = (byte)Math.Clamp(sum >> WeightBits, 0, 255);
            }
        }
    }

    private static Window[] Windows(int size, int newSize)
    {
        double scale = size / (double)newSize, stretch = Math.Max(scale, 1), support = Lobes * stretch;
        var windows = new Window[newSize];
        for (int i = 0; i < newSize; i++)
        {
            double centre = (i + 0.5) * scale;
            int start = Math.Max((int)(centre - support + 0.5), 0);
            int end = Math.Min((int)(centre + support + 0.5), size);
            double[] weights = [.. Enumerable.Range(start, end - start)
                .Select(k => Lanczos((k - centre + 0.5) * (1 / stretch)))];
            double sum = weights.Sum();
            windows[i] = new Window(start, [.. weights.Select(w => ToFixedPoint(w / sum))]);
        }

        return windows;
    }

    private static double Lanczos(double x) => Math.Abs(x) < Lobes ? Sinc(x) * Sinc(x / Lobes) : 0;

    private static double Sinc(double x) => x == 0 ? 1 : Math.Sin(x * Math.PI) / (x * Math.PI);

    private static int ToFixedPoint(double weight) =>
        (int)Math.Round(weight * (1 << WeightBits), MidpointRounding.AwayFromZero);

    private sealed record Window(int Start, int[] Weights);
}
