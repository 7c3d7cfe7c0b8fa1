using NetVips;

namespace Farthing.Rendering.Imaging;

/// <summary>
/// One placement for every size that a picture has on its way. The product's box is snapped to whole pixels of the
/// canvas that is denoised, so that at an output size that is a multiple of it the large product lies exactly on the small one
/// in the background, and nothing of that shows beside it.
/// </summary>
public sealed class PlacementPlan
{
    // Beyond this a placement is a mistake: a product that is a speck in a wide glow, made to fill the canvas.
    private const int MaxSide = 32_768;

    // A Lanczos kernel rings: a few pixels from an edge it leaves alpha of up to 4 outside and down to 251 inside. Neither
    // can be seen, but both would count, the second by unmaking "known" cells of the latent mask.
    private const byte ClearBelow = 5;
    private const byte OpaqueAbove = 250;

    private readonly CutOut _cutOut;
    private readonly int _width;
    private readonly int _height;
    private readonly PixelBox _box;

    /// <summary>Plans for a canvas.</summary>
    /// <param name="cutOut">The product.</param>
    /// <param name="placement">Where it stands.</param>
    /// <param name="width">Width in pixels of the canvas that is denoised.</param>
    /// <param name="height">Its height in pixels.</param>
    /// <exception cref="ImagingException">The placement is out of range.</exception>
    public PlacementPlan(CutOut cutOut, Placement placement, int width, int height)
    {
        ArgumentNullException.ThrowIfNull(cutOut);
        ArgumentNullException.ThrowIfNull(placement);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(width);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(height);
        placement.Check();
        (_cutOut, _width, _height) = (cutOut, width, height);

        PixelBox opaque = cutOut.OpaqueBox;
        PixelBox visible = cutOut.VisibleBox;
        double zoom = placement.Scale * Math.Min((double)width / opaque.Width, (double)height / opaque.Height);
        double left = placement.X * width - (opaque.Width / 2.0 + opaque.Left - visible.Left) * zoom;
        double top = placement.Y * height - (opaque.Bottom - visible.Top) * zoom;
        if (Math.Max(visible.Width, visible.Height) * zoom > MaxSide)
        {
            throw new ImagingException("The product is a speck in a large, nearly transparent picture and can't be enlarged to this scale. Crop the picture, or give a smaller scale.");
        }

        _box = new PixelBox(Round(left), Round(top), Math.Max(1, Round(visible.Width * zoom)), Math.Max(1, Round(visible.Height * zoom)));
    }

    /// <summary>Draws the product on a canvas of any size with the plan's proportions: resized with Lanczos, alpha premultiplied.</summary>
    /// <exception cref="ImagingException">Resizing failed.</exception>
    public PlacedProduct Render(int width, int height)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(width);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(height);
        double across = (double)width / _width;
        double down = (double)height / _height;
        int left = Round(_box.Left * across);
        int top = Round(_box.Top * down);
        var box = new PixelBox(left, top, Math.Max(1, Round(_box.Right * across) - left), Math.Max(1, Round(_box.Bottom * down) - top));

        Raster canvas = Raster.Blank(width, height, 4);
        int fromX = Math.Max(0, box.Left);
        int fromY = Math.Max(0, box.Top);
        var seen = new PixelBox(fromX, fromY, Math.Min(width, box.Right) - fromX, Math.Min(height, box.Bottom) - fromY);
        if (seen.Width > 0 && seen.Height > 0)
        {
            Copy(Vips.Run("The product could not be resized", () => Resize(box, seen)), canvas, seen);
        }

        return new PlacedProduct(canvas, PixelBox.Around(canvas, 128));
    }

    private Raster Resize(PixelBox box, PixelBox seen)
    {
        PixelBox visible = _cutOut.VisibleBox;
        using Image whole = Vips.Wrap(_cutOut.Pixels);
        using Image cropped = whole.ExtractArea(visible.Left, visible.Top, visible.Width, visible.Height);
        using Image premultiplied = cropped.Premultiply();
        using Image resized = premultiplied.Resize((double)box.Width / visible.Width, Enums.Kernel.Lanczos3, vscale: (double)box.Height / visible.Height);
        using Image exact = resized.Gravity(Enums.CompassDirection.NorthWest, box.Width, box.Height, Enums.Extend.Copy);
        using Image part = exact.ExtractArea(seen.Left - box.Left, seen.Top - box.Top, seen.Width, seen.Height);
        using Image straight = part.Unpremultiply();
        using Image rounded = straight.Rint();
        return Vips.ToRaster(rounded);
    }

    private static void Copy(Raster part, Raster canvas, PixelBox at)
    {
        for (int y = 0; y < at.Height; y++)
        {
            ReadOnlySpan<byte> from = part.Pixels.AsSpan(y * at.Width * 4, at.Width * 4);
            Span<byte> to = canvas.Pixels.AsSpan(((at.Top + y) * canvas.Width + at.Left) * 4, at.Width * 4);
            for (int x = 0; x < from.Length; x += 4)
            {
                byte alpha = from[x + 3];
                if (alpha >= ClearBelow)
                {
                    from.Slice(x, 3).CopyTo(to[x..]);
                    to[x + 3] = alpha > OpaqueAbove ? byte.MaxValue : alpha;
                }
            }
        }
    }

    private static int Round(double value) => (int)Math.Round(value, MidpointRounding.AwayFromZero);
}
