namespace Farthing.Rendering.Imaging;

/// <summary>A rectangle of whole pixels.</summary>
/// <param name="Left">First column.</param>
/// <param name="Top">First row.</param>
/// <param name="Width">Columns.</param>
/// <param name="Height">Rows.</param>
public readonly record struct PixelBox(int Left, int Top, int Width, int Height)
{
    /// <summary>The column after the last.</summary>
    public int Right => Left + Width;

    /// <summary>The row after the last.</summary>
    public int Bottom => Top + Height;

    /// <summary>The smallest box around every pixel whose alpha is at least <paramref name="minAlpha"/>; null when there is none.</summary>
    internal static PixelBox? Around(Raster rgba, byte minAlpha)
    {
        int left = rgba.Width, right = -1, top = rgba.Height, bottom = -1;
        for (int y = 0; y < rgba.Height; y++)
        {
            ReadOnlySpan<byte> row = rgba.Pixels.AsSpan(y * rgba.Width * 4, rgba.Width * 4);
            int first = 0;
            while (first < rgba.Width && row[first * 4 + 3] < minAlpha)
            {
                first++;
            }

            if (first == rgba.Width)
            {
                continue;
            }

            int last = rgba.Width - 1;
            while (row[last * 4 + 3] < minAlpha)
            {
                last--;
            }

            (left, right) = (Math.Min(left, first), Math.Max(right, last));
            (top, bottom) = (Math.Min(top, y), y);
        }

        return right < 0 ? null : new PixelBox(left, top, right - left + 1, bottom - top + 1);
    }
}
