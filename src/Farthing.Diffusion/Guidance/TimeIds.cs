namespace Farthing.Diffusion.Guidance;

/// <summary>
/// SDXL's size conditioning, in pixels: the size of the picture that the result should look as if it came
/// from, where it was cropped, and the size that is aimed at.
/// </summary>
/// <param name="OriginalHeight">Height before cropping.</param>
/// <param name="OriginalWidth">Width before cropping.</param>
/// <param name="CropTop">Rows cropped off the top.</param>
/// <param name="CropLeft">Columns cropped off the left.</param>
/// <param name="TargetHeight">Height aimed at.</param>
/// <param name="TargetWidth">Width aimed at.</param>
public readonly record struct TimeIds(
    int OriginalHeight, int OriginalWidth, int CropTop, int CropLeft, int TargetHeight, int TargetWidth)
{
    /// <summary>How many values one row has.</summary>
    public const int Length = 6;

    /// <summary>An uncropped picture of the size that is rendered: the usual choice.</summary>
    public static TimeIds ForSize(int height, int width) => new(height, width, 0, 0, height, width);

    /// <summary>Fills <paramref name="rows"/>, [rows, 6], with this row again and again.</summary>
    /// <exception cref="ArgumentException">The span is no whole number of rows.</exception>
    public void Write(Span<float> rows)
    {
        if (rows.Length % Length != 0)
        {
            throw new ArgumentException($"{rows.Length} values are no whole number of rows of {Length}.", nameof(rows));
        }

        for (int i = 0; i < rows.Length; i += Length)
        {
            ReadOnlySpan<float> row =
                [OriginalHeight, OriginalWidth, CropTop, CropLeft, TargetHeight, TargetWidth];
            row.CopyTo(rows[i..]);
        }
    }
}
