namespace Farthing.Rendering.Imaging;

/// <summary>A product on a transparent canvas.</summary>
/// <param name="Canvas">RGBA pixels of the whole canvas, straight alpha.</param>
/// <param name="OpaqueBox">The box around alpha of 128 and more on it; null when none of the product lies on the canvas.</param>
public sealed record PlacedProduct(Raster Canvas, PixelBox? OpaqueBox);
