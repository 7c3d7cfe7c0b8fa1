namespace Farthing.Rendering.Imaging;

/// <summary>Puts the background, the shadow and the product together.</summary>
public static class Compositor
{
    /// <summary>
    /// Composites at the product's canvas size. Where the product's alpha is 255 the result's bytes are the product's; elsewhere
    /// out = (1 − a) · background · (1 − shadow) + a · product.
    /// </summary>
    /// <param name="background">RGB; enlarged with Lanczos when its size is another.</param>
    /// <param name="product">The product at the output size.</param>
    /// <param name="shadow">Its shadow on the ground; null for none.</param>
    /// <returns>RGB pixels of the output size.</returns>
    /// <exception cref="ImagingException">Resizing or a shadow setting failed.</exception>
    public static Raster Composite(Raster background, PlacedProduct product, ContactShadow? shadow)
    {
        ArgumentNullException.ThrowIfNull(background);
        ArgumentNullException.ThrowIfNull(product);
        if (background.Channels != 3)
        {
            throw new ArgumentException("The background has to be RGB.", nameof(background));
        }

        Raster canvas = product.Canvas;
        Raster scene = PictureEdits.Resize(background, canvas.Width, canvas.Height);
        Raster result = Raster.Blank(canvas.Width, canvas.Height, 3);
        byte[]? dark = shadow is null ? null : ShadowPainter.Paint(product, shadow);
        Blend(scene.Pixels, canvas.Pixels, dark, result.Pixels);
        return result;
    }

    private static void Blend(ReadOnlySpan<byte> scene, ReadOnlySpan<byte> product, ReadOnlySpan<byte> dark, Span<byte> result)
    {
        for (int pixel = 0; pixel < result.Length / 3; pixel++)
        {
            int alpha = product[pixel * 4 + 3];
            int light = dark.IsEmpty ? 255 : 255 - dark[pixel];
            for (int c = 0; c < 3; c++)
            {
                int behind = (scene[pixel * 3 + c] * light + 127) / 255;
                result[pixel * 3 + c] = (byte)((behind * (255 - alpha) + product[pixel * 4 + c] * alpha + 127) / 255);
            }
        }
    }
}
