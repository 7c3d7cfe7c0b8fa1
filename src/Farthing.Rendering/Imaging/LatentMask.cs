namespace Farthing.Rendering.Imaging;

/// <summary>Says which latent cells are painted anew around a product.</summary>
public static class LatentMask
{
    /// <summary>Pixels a latent cell is wide and high.</summary>
    public const int Cell = 8;

    /// <summary>
    /// Fills a mask as diffusers has it: 0 where the product is kept, 1 where the background is painted. A cell is kept
    /// only where alpha is 255 on all of its pixels; in a cell that is partly product the canvas' colour would stay as a rim.
    /// </summary>
    /// <param name="product">RGBA; width and height are multiples of 8.</param>
    /// <param name="mask">height/8 · width/8 values, rows from the top.</param>
    /// <exception cref="ArgumentException">A size does not fit.</exception>
    public static void Fill(Raster product, Span<float> mask)
    {
        ArgumentNullException.ThrowIfNull(product);
        if (product.Channels != 4 || product.Width % Cell != 0 || product.Height % Cell != 0)
        {
            throw new ArgumentException("A latent mask needs RGBA pixels with sides that are multiples of 8.", nameof(product));
        }

        int columns = product.Width / Cell;
        if (mask.Length != columns * (product.Height / Cell))
        {
            throw new ArgumentException($"The mask has {mask.Length} places for {columns * (product.Height / Cell)} cells.", nameof(mask));
        }

        mask.Clear();
        ReadOnlySpan<byte> pixels = product.Pixels;
        for (int y = 0; y < product.Height; y++)
        {
            Span<float> row = mask.Slice(y / Cell * columns, columns);
            ReadOnlySpan<byte> line = pixels.Slice(y * product.Width * 4, product.Width * 4);
            for (int x = 0; x < product.Width; x++)
            {
                if (line[x * 4 + 3] != byte.MaxValue)
                {
                    row[x / Cell] = 1;
                }
            }
        }
    }
}
