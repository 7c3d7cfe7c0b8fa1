namespace Farthing.Rendering.Imaging.Sheets;

/// <summary>
/// Lays pairs of pictures side by side with what sets them apart: left, right, and their difference eight times enlarged,
/// |left − right| · 8. Two pairs a row, in the order given.
/// </summary>
public static class ContactSheet
{
    // Small pictures are enlarged by whole pixels, so that what is compared is not blurred.
    private const int SmallestCell = 240;
    private const int LargestCell = 384;
    private const int PairsAcross = 2;
    private const int Gap = 8;
    private const int Margin = 24;
    private const int Scale = 2;
    private const int TextLines = 2;
    private const int Gain = 8;
    private const int Line = PixelFont.LineHeight * Scale;
    private const byte Paper = 246;
    private const byte Ink = 28;
    private const byte Pale = 96;
    private const byte Blank = 214;

    /// <summary>Draws a sheet.</summary>
    /// <param name="heading">Lines above the pictures.</param>
    /// <param name="names">What the left and right pictures are called.</param>
    /// <param name="entries">The pairs; at least one.</param>
    /// <exception cref="ImagingException">A picture could not be resized.</exception>
    public static Raster Draw(IReadOnlyList<string> heading, (string Left, string Right) names, IReadOnlyList<SheetEntry> entries)
    {
        ArgumentNullException.ThrowIfNull(heading);
        ArgumentNullException.ThrowIfNull(entries);
        ArgumentOutOfRangeException.ThrowIfZero(entries.Count, nameof(entries));
        var (width, height) = CellSize(entries);
        int across = Math.Min(PairsAcross, entries.Count), down = (entries.Count + across - 1) / across;
        int pairWidth = 3 * width + 2 * Gap, pairHeight = (3 + TextLines) * Line + height + Margin;
        int top = Margin + heading.Count * Line + Gap;
        var sheet = Raster.Blank(2 * Margin + across * pairWidth + (across - 1) * Margin, top + down * pairHeight + Gap, 3);
        sheet.Pixels.AsSpan().Fill(Paper);
        for (int i = 0; i < heading.Count; i++)
        {
            int letters = (sheet.Width - 2 * Margin) / (PixelFont.Advance * Scale);
            PixelFont.Write(sheet, Margin, Margin + i * Line, PixelFont.Wrap(heading[i], letters, 1)[0], Scale, Ink);
        }

        for (int i = 0; i < entries.Count; i++)
        {
            DrawPair(sheet, Margin + i % across * (pairWidth + Margin), top + i / across * pairHeight, entries[i], names, width, height);
        }

        return sheet;
    }

    private static void DrawPair(Raster sheet, int left, int top, SheetEntry entry, (string Left, string Right) names, int width, int height)
    {
        int letters = (3 * width + 2 * Gap) / (PixelFont.Advance * Scale);
        PixelFont.Write(sheet, left, top, PixelFont.Wrap(entry.Title, letters, 1)[0], Scale, Ink);
        PixelFont.Write(sheet, left, top + Line, PixelFont.Wrap(entry.Figures, letters, 1)[0], Scale, Ink);
        foreach (var (line, i) in PixelFont.Wrap(entry.Text, letters, TextLines).Select((line, i) => (line, i)))
        {
            PixelFont.Write(sheet, left, top + (2 + i) * Line, line, Scale, Pale);
        }

        var difference = entry.Left is null || entry.Right is null ? null : Difference(entry.Left, entry.Right);
        foreach (var (picture, name, column) in new[] { (entry.Left, names.Left, 0), (entry.Right, names.Right, 1), (difference, $"difference x{Gain}", 2) })
        {
            int x = left + column * (width + Gap), y = top + (2 + TextLines) * Line;
            PixelFont.Write(sheet, x, y, PixelFont.Wrap(name, width / (PixelFont.Advance * Scale), 1)[0], Scale, Pale);
            Place(sheet, x, y + Line, picture, width, height);
        }
    }

    private static void Place(Raster sheet, int left, int top, Raster? picture, int width, int height)
    {
        if (picture is null)
        {
            PixelFont.Fill(sheet, left, top, width, height, Blank);
            PixelFont.Write(sheet, left + Gap, top + Gap, "no picture", Scale, Ink);
            return;
        }

        int zoom = width / picture.Width;
        var fitted = zoom > 1 ? picture : PictureEdits.Resize(picture, width, height);
        zoom = Math.Max(1, zoom);
        for (int y = 0; y < height; y++)
        {
            for (int x = 0; x < width; x++)
            {
                fitted.Pixels.AsSpan((y / zoom * fitted.Width + x / zoom) * 3, 3).CopyTo(sheet.Pixels.AsSpan(((top + y) * sheet.Width + left + x) * 3));
            }
        }
    }

    private static Raster Difference(Raster a, Raster b)
    {
        var result = Raster.Blank(a.Width, a.Height, 3);
        for (int i = 0; i < result.Pixels.Length; i++)
        {
            result.Pixels[i] = (byte)Math.Min(255, Math.Abs(a.Pixels[i] - b.Pixels[i]) * Gain);
        }

        return result;
    }

    private static (int Width, int Height) CellSize(IReadOnlyList<SheetEntry> entries)
    {
        var any = entries.Select(static entry => entry.Left ?? entry.Right).FirstOrDefault(static picture => picture is not null);
        if (any is null)
        {
            return (SmallestCell, SmallestCell);
        }

        int longer = Math.Max(any.Width, any.Height);
        if (longer <= LargestCell)
        {
            int zoom = Math.Max(1, (SmallestCell + longer - 1) / longer);
            return (any.Width * zoom, any.Height * zoom);
        }

        return (Math.Max(1, any.Width * LargestCell / longer), Math.Max(1, any.Height * LargestCell / longer));
    }
}
