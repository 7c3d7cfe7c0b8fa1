using System.Buffers;

namespace Farthing.Rendering.Imaging;

/// <summary>
/// The picture that background replacement starts from: the product's own colours, and around it those of its edge, drawn
/// outwards. A canvas of one flat colour would show through the latent cells at the edge as a rim.
/// </summary>
/// <remarks>
/// Push–pull over an image pyramid (Gortler et al., "The Lumigraph", 1996, section 3.4): each level averages the known
/// pixels of the finer one, then gaps are filled from the coarser one. Linear in the number of pixels.
/// </remarks>
public static class InpaintCanvas
{
    // From here on a pixel is the product's; what is thinner (glow, soft shadow) does not colour the surroundings.
    private const byte Solid = 128;
    private const byte Grey = 128;

    /// <summary>Makes the canvas.</summary>
    /// <param name="product">RGBA, any size.</param>
    /// <returns>RGB of the same size; where the product's alpha is 255 its bytes are the product's.</returns>
    public static Raster Fill(Raster product)
    {
        ArgumentNullException.ThrowIfNull(product);
        Raster canvas = Raster.Blank(product.Width, product.Height, 3);
        Level[] levels = Levels(product.Width, product.Height, out int floats);
        float[] memory = ArrayPool<float>.Shared.Rent(Math.Max(1, floats));
        try
        {
            Push(product, levels, memory);
            Pull(levels, memory);
            Paint(product, canvas, levels, memory);
        }
        finally
        {
            ArrayPool<float>.Shared.Return(memory);
        }

        return canvas;
    }

    /// <summary>A level of the pyramid: 4 floats a pixel (straight RGB, weight 0 to 1) from <see cref="Start"/> in the memory.</summary>
    private readonly record struct Level(int Width, int Height, int Start)
    {
        public int At(int x, int y) => Start + (Math.Clamp(y, 0, Height - 1) * Width + Math.Clamp(x, 0, Width - 1)) * 4;
    }

    /// <summary>Levels from half the canvas down to one pixel. The canvas itself is never copied to floats.</summary>
    private static Level[] Levels(int width, int height, out int floats)
    {
        var levels = new List<Level>();
        floats = 0;
        do
        {
            (width, height) = ((width + 1) / 2, (height + 1) / 2);
            levels.Add(new Level(width, height, floats));
            floats += width * height * 4;
        }
        while (width > 1 || height > 1);
        return [.. levels];
    }

    private static void Push(Raster product, Level[] levels, float[] memory)
    {
        Level first = levels[0];
        for (int y = 0; y < first.Height; y++)
        {
            for (int x = 0; x < first.Width; x++)
            {
                float r = 0, g = 0, b = 0, sum = 0;
                for (int child = 0; child < 4; child++)
                {
                    int cx = x * 2 + (child & 1), cy = y * 2 + (child >> 1);
                    if (cx < product.Width && cy < product.Height)
                    {
                        ReadOnlySpan<byte> p = product.Pixels.AsSpan((cy * product.Width + cx) * 4, 4);
                        float w = p[3] >= Solid ? p[3] : 0;
                        (r, g, b, sum) = (r + w * p[0], g + w * p[1], b + w * p[2], sum + w);
                    }
                }

                Store(memory, first.At(x, y), r, g, b, sum, sum / 255);
            }
        }

        for (int i = 1; i < levels.Length; i++)
        {
            Push(levels[i - 1], levels[i], memory);
        }
    }

    private static void Push(Level fine, Level coarse, float[] memory)
    {
        for (int y = 0; y < coarse.Height; y++)
        {
            for (int x = 0; x < coarse.Width; x++)
            {
                float r = 0, g = 0, b = 0, sum = 0;
                for (int child = 0; child < 4; child++)
                {
                    int cx = x * 2 + (child & 1), cy = y * 2 + (child >> 1);
                    if (cx < fine.Width && cy < fine.Height)
                    {
                        ReadOnlySpan<float> p = memory.AsSpan(fine.At(cx, cy), 4);
                        (r, g, b, sum) = (r + p[3] * p[0], g + p[3] * p[1], b + p[3] * p[2], sum + p[3]);
                    }
                }

                Store(memory, coarse.At(x, y), r, g, b, sum, sum);
            }
        }
    }

    private static void Store(float[] memory, int at, float r, float g, float b, float sum, float weight)
    {
        bool known = sum > 0;
        memory[at] = known ? r / sum : Grey;
        memory[at + 1] = known ? g / sum : Grey;
        memory[at + 2] = known ? b / sum : Grey;
        memory[at + 3] = Math.Min(1, weight);
    }

    private static void Pull(Level[] levels, float[] memory)
    {
        Span<float> blurred = stackalloc float[3];
        for (int i = levels.Length - 2; i >= 0; i--)
        {
            Level fine = levels[i];
            for (int y = 0; y < fine.Height; y++)
            {
                for (int x = 0; x < fine.Width; x++)
                {
                    Span<float> p = memory.AsSpan(fine.At(x, y), 4);
                    Sample(levels[i + 1], memory, x, y, blurred);
                    for (int c = 0; c < 3; c++)
                    {
                        p[c] = p[3] * p[c] + (1 - p[3]) * blurred[c];
                    }
                }
            }
        }
    }

    private static void Paint(Raster product, Raster canvas, Level[] levels, float[] memory)
    {
        Span<float> blurred = stackalloc float[3];
        for (int y = 0; y < canvas.Height; y++)
        {
            for (int x = 0; x < canvas.Width; x++)
            {
                int pixel = y * canvas.Width + x;
                ReadOnlySpan<byte> from = product.Pixels.AsSpan(pixel * 4, 4);
                Span<byte> to = canvas.Pixels.AsSpan(pixel * 3, 3);
                if (from[3] >= Solid)
                {
                    from[..3].CopyTo(to);
                    continue;
                }

                Sample(levels[0], memory, x, y, blurred);
                for (int c = 0; c < 3; c++)
                {
                    to[c] = (byte)Math.Clamp(blurred[c] + 0.5f, 0, 255);
                }
            }
        }
    }

    /// <summary>The coarser level under the middle of a finer pixel, bilinear: the nearest pixel counts 3/4 along each axis.</summary>
    private static void Sample(Level coarse, float[] memory, int x, int y, Span<float> rgb)
    {
        int nearX = x >> 1, nearY = y >> 1;
        int farX = nearX + ((x & 1) * 2 - 1), farY = nearY + ((y & 1) * 2 - 1);
        ReadOnlySpan<float> a = memory.AsSpan(coarse.At(nearX, nearY), 3);
        ReadOnlySpan<float> b = memory.AsSpan(coarse.At(farX, nearY), 3);
        ReadOnlySpan<float> c = memory.AsSpan(coarse.At(nearX, farY), 3);
        ReadOnlySpan<float> d = memory.AsSpan(coarse.At(farX, farY), 3);
        for (int i = 0; i < 3; i++)
        {
            rgb[i] = (9 * a[i] + 3 * b[i] + 3 * c[i] + d[i]) / 16;
        }
    }
}
