using NetVips;

namespace Farthing.Rendering.Imaging;

/// <summary>Draws a <see cref="ContactShadow"/> from a product's alpha.</summary>
internal static class ShadowPainter
{
    // How fast a part of the product stops touching the ground with its height, in heights of the product.
    private const double Reach = 0.12;

    /// <returns>One byte a pixel of the canvas: how dark the shadow is there, 0 to 255 · opacity; null without a product.</returns>
    public static byte[]? Paint(PlacedProduct product, ContactShadow settings)
    {
        settings.Check();
        if (product.OpaqueBox is not { } box || settings.Opacity <= 0)
        {
            return null;
        }

        Raster canvas = product.Canvas;
        byte[] shape = new byte[canvas.Width * canvas.Height];
        double size = Math.Sqrt((double)box.Width * box.Height);
        double radius = settings.Depth * size / 2;

        // The product's front edge lies a little before the middle of what it covers on the ground.
        double middle = box.Bottom - radius * 0.5 + settings.OffsetY * size;
        int shift = (int)Math.Round(settings.OffsetX * size);
        for (int x = Math.Max(0, box.Left + shift); x < Math.Min(canvas.Width, box.Right + shift); x++)
        {
            double darkness = Touch(canvas, box, x - shift) * settings.Opacity;
            double across = 2.0 * (x - shift - box.Left + 0.5) / box.Width - 1;
            double half = radius * Math.Sqrt(Math.Max(0, 1 - across * across));
            int first = Math.Max(0, (int)Math.Round(middle - half));
            int last = Math.Min(canvas.Height, (int)Math.Round(middle + half));
            for (int y = first; y < last; y++)
            {
                shape[y * canvas.Width + x] = (byte)Math.Round(darkness);
            }
        }

        return settings.Blur * size < 0.3 ? shape : Blur(shape, canvas.Width, canvas.Height, settings.Blur * size);
    }

    /// <summary>How much of a column of the product is near the ground, 0 to 255.</summary>
    private static double Touch(Raster canvas, PixelBox box, int x)
    {
        double most = 0;
        for (int y = box.Bottom - 1; y >= box.Top; y--)
        {
            byte alpha = canvas.Pixels[(y * canvas.Width + x) * 4 + 3];
            double near = Math.Exp(-(box.Bottom - 1 - y) / (Reach * box.Height));
            if (near * byte.MaxValue <= most)
            {
                break;
            }

            if (alpha >= 128)
            {
                most = Math.Max(most, alpha * near);
            }
        }

        return most;
    }

    private static byte[] Blur(byte[] shape, int width, int height, double sigma) => Vips.Run("The shadow could not be drawn", () =>
    {
        using Image image = Image.NewFromMemory<byte>(shape.AsMemory(), width, height, 1, Enums.BandFormat.Uchar);
        using Image blurred = image.Gaussblur(sigma);
        return blurred.WriteToMemory<byte>();
    });
}
