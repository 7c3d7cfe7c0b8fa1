using NetVips;

namespace Farthing.Rendering.Imaging;

/// <summary>Changes to a whole RGB picture.</summary>
public static class PictureEdits
{
    /// <summary>Largest amount of sharpening.</summary>
    public const double MaxSharpen = 10;

    // Wide enough to see, narrow enough to make no halo.
    private const double SharpenSigma = 1.0;

    /// <summary>Resizes with a Lanczos kernel of three lobes. The same size gives the same raster back.</summary>
    /// <exception cref="ImagingException">libvips failed.</exception>
    public static Raster Resize(Raster picture, int width, int height)
    {
        ArgumentNullException.ThrowIfNull(picture);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(width);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(height);
        return picture.Width == width && picture.Height == height
            ? picture
            : Vips.Run("The picture could not be resized", () =>
            {
                using Image image = Vips.Wrap(picture);
                using Image resized = image.Resize((double)width / picture.Width, Enums.Kernel.Lanczos3, vscale: (double)height / picture.Height);
                using Image exact = resized.Gravity(Enums.CompassDirection.NorthWest, width, height, Enums.Extend.Copy);
                return Vips.ToRaster(exact);
            });
    }

    /// <summary>Unsharp mask: out = in + amount · (in − blurred in), with a Gaussian of one pixel. 0 gives the same raster back.</summary>
    /// <param name="picture">RGB.</param>
    /// <param name="amount">0 to 10.</param>
    /// <exception cref="ImagingException">The amount is out of range, or libvips failed.</exception>
    public static Raster Sharpen(Raster picture, double amount)
    {
        ArgumentNullException.ThrowIfNull(picture);
        if (amount is not (>= 0 and <= MaxSharpen))
        {
            throw new ImagingException($"The sharpening {amount} is out of range. Give a number from 0 (off) to {MaxSharpen}.");
        }

        return amount == 0 ? picture : Vips.Run("The picture could not be sharpened", () =>
        {
            using Image image = Vips.Wrap(picture);
            using Image blurred = image.Gaussblur(SharpenSigma, precision: Enums.Precision.Float);
            using Image strong = image * (1 + amount);
            using Image weak = blurred * amount;
            using Image difference = strong - weak;
            using Image rounded = difference.Rint();
            return Vips.ToRaster(rounded);
        });
    }
}
