using Farthing.Rendering.Imaging;
using NetVips;

namespace Farthing.Tests.Rendering.Imaging;

/// <summary>Pictures made for tests.</summary>
internal static class TestPictures
{
    /// <summary>RGBA where each value comes from its place.</summary>
    public static Raster Rgba(int width, int height, Func<int, int, (int R, int G, int B, int A)> pixel)
    {
        byte[] pixels = new byte[width * height * 4];
        for (int i = 0; i < width * height; i++)
        {
            (int r, int g, int b, int a) = pixel(i % width, i / width);
            (pixels[i * 4], pixels[i * 4 + 1], pixels[i * 4 + 2], pixels[i * 4 + 3]) = ((byte)r, (byte)g, (byte)b, (byte)a);
        }

        return new Raster(width, height, 4, pixels);
    }

    public static Raster Rgb(int width, int height, Func<int, int, (int R, int G, int B)> pixel)
    {
        byte[] pixels = new byte[width * height * 3];
        for (int i = 0; i < width * height; i++)
        {
            (int r, int g, int b) = pixel(i % width, i / width);
            (pixels[i * 3], pixels[i * 3 + 1], pixels[i * 3 + 2]) = ((byte)r, (byte)g, (byte)b);
        }

        return new Raster(width, height, 3, pixels);
    }

    /// <summary>A red disc of radius 40 % with a soft edge, on nothing.</summary>
    public static Raster Disc(int size) => Rgba(size, size, (x, y) =>
    {
        double distance = Math.Sqrt(Math.Pow(x + 0.5 - size / 2.0, 2) + Math.Pow(y + 0.5 - size / 2.0, 2));
        int alpha = (int)Math.Clamp((size * 0.4 - distance + 0.5) * 255, 0, 255);
        return alpha == 0 ? (0, 0, 0, 0) : (200, x * 255 / size, y * 255 / size, alpha);
    });

    public static CutOut CutOut(Raster rgba) => new()
    {
        Pixels = rgba,
        VisibleBox = PixelBox.Around(rgba, 1)!.Value,
        OpaqueBox = PixelBox.Around(rgba, 128)!.Value,
    };

    public static Image Vips(Raster raster) => Farthing.Rendering.Imaging.Vips.Wrap(raster);

    /// <summary>Encodes with libvips' own saver, by suffix such as ".tif".</summary>
    public static byte[] Save(Raster raster, string suffix)
    {
        using Image image = Vips(raster);
        return image.WriteToBuffer(suffix);
    }
}
