namespace Farthing.Rendering.Imaging;

/// <summary>A product picture, upright, in sRGB with straight alpha.</summary>
public sealed record CutOut
{
    /// <summary>RGBA pixels.</summary>
    public required Raster Pixels { get; init; }

    /// <summary>The box around what is not wholly transparent (alpha of 1 and more): soft glows and shadows count.</summary>
    public required PixelBox VisibleBox { get; init; }

    /// <summary>The box around the product itself (alpha of 128 and more), by which it is placed.</summary>
    public required PixelBox OpaqueBox { get; init; }

    /// <summary>
    /// The colour profile that describes <see cref="Pixels"/>, to go into the finished picture; null when the file had none.
    /// An sRGB profile is the file's own; any other was applied, and an sRGB profile takes its place.
    /// </summary>
    public byte[]? IccProfile { get; init; }

    /// <summary>Sentences for people, such as that the picture has no alpha.</summary>
    public IReadOnlyList<string> Warnings { get; init; } = [];
}
