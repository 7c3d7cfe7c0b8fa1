namespace Farthing.Diffusion.Latents;

/// <summary>Pillow's filters for resizing, with Pillow's numbers (which <c>preprocessor_config.json</c> calls "resample").</summary>
internal enum PillowFilter
{
    /// <summary>Lanczos' window of three lobes.</summary>
    Lanczos = 1,

    /// <summary>A triangle.</summary>
    Bilinear = 2,

    /// <summary>Keys' cubic with a = −½.</summary>
    Bicubic = 3,
}

/// <summary>
/// Resizes 8-bit pictures as Pillow does: in two passes of fixed-point sums, the filter widened where the picture shrinks, so
/// that nothing aliases.
/// </summary>
internal static class PillowResize
{
    // Weights have 22 bits after the point: 8 bits of value and 2 of headroom fill the 32.
    private const int WeightBits = 22;

    /// <summary>Resizes one picture.</summary>
    /// <param name="pixels">[height, width, channels].</param>
    /// <param name="height">The picture's height.</param>
    /// <param name="width">The picture's width.</param>
    /// <param name="newHeight">The height wanted.</param>
    /// <param name="newWidth">The width wanted.</param>
    /// <param name="filter">How pixels are weighed.</param>
    /// <returns>[newHeight, newWidth, channels].</returns>
    /// <exception cref="ArgumentException">The pixels are no such picture, or a size is below 1.</exception>
    public static byte[] Resize(ReadOnlySpan<byte> pixels, int height, int width, int newHeight, int newWidth, PillowFilter filter)
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
            byte[] low = ResizeHeight(pixels, height, newHeight, width * channels, filter);
            return ResizeWidth(low, newHeight, width, newWidth, channels, filter);
        }

        byte[] wide = ResizeWidth(pixels, height, width, newWidth, channels, filter);
        return ResizeHeight(wide, height, newHeight, newWidth * channels, filter);
    }

    private static byte[] ResizeWidth(ReadOnlySpan<byte> pixels, int height, int width, int newWidth, int channels, PillowFilter filter)
    {
        if (newWidth == width)
        {
            return pixels.ToArray();
        }

        var result = new byte[height * newWidth * channels];
        var windows = Windows(width, newWidth, filter);
        for (int y = 0; y < height; y++)
        {
            var row = pixels.Slice(y * width * channels, width * channels);
            Resample(row, windows, channels, result.AsSpan(y * newWidth * channels, newWidth * channels));
        }

        return result;
    }

    private static byte[] ResizeHeight(ReadOnlySpan<byte> pixels, int height, int newHeight, int stride, PillowFilter filter)
    {
        if (newHeight == height)
        {
            return pixels.ToArray();
        }

        // A whole row is one "pixel" of as many values.
        var result = new byte[newHeight * stride];
        Resample(pixels, Windows(height, newHeight, filter), stride, result);
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

    private static Window[] Windows(int size, int newSize, PillowFilter filter)
    {
        (double reach, Func<double, double> weigh) = filter switch
        {
            PillowFilter.Lanczos => (3.0, (Func<double, double>)Lanczos),
            PillowFilter.Bilinear => (1.0, Triangle),
            PillowFilter.Bicubic => (2.0, Cubic),
            _ => throw new ArgumentOutOfRangeException(nameof(filter)),
        };
        double scale = size / (double)newSize, stretch = Math.Max(scale, 1), support = reach * stretch;
        var windows = new Window[newSize];
        for (int i = 0; i < newSize; i++)
        {
            double centre = (i + 0.5) * scale;
            int start = Math.Max((int)(centre - support + 0.5), 0);
            int end = Math.Min((int)(centre + support + 0.5), size);
            double[] weights = [.. Enumerable.Range(start, end - start)
                .Select(k => weigh((k - centre + 0.5) * (1 / stretch)))];
            double sum = weights.Sum();
            windows[i] = new Window(start, [.. weights.Select(w => ToFixedPoint(w / sum))]);
        }

        return windows;
    }

    private static double Lanczos(double x) => Math.Abs(x) < 3 ? Sinc(x) * Sinc(x / 3) : 0;

    private static double Sinc(double x) => x == 0 ? 1 : Math.Sin(x * Math.PI) / (x * Math.PI);

    private static double Triangle(double x) => Math.Max(0, 1 - Math.Abs(x));

    private static double Cubic(double x)
    {
        const double a = -0.5;
        x = Math.Abs(x);
        return x < 1 ? ((a + 2) * x - (a + 3)) * x * x + 1 : x < 2 ? ((x - 5) * x + 8) * x * a - 4 * a : 0;
    }

    private static int ToFixedPoint(double weight) =>
        (int)Math.Round(weight * (1 << WeightBits), MidpointRounding.AwayFromZero);

    private sealed record Window(int Start, int[] Weights);
}
