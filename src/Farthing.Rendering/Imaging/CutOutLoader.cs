using NetVips;

namespace Farthing.Rendering.Imaging;

/// <summary>Reads product pictures: PNG, JPEG, WebP or TIFF of any colour and depth, within limits.</summary>
public static class CutOutLoader
{
    private const string Wanted = "Give a PNG, JPEG, WebP or TIFF picture.";

    /// <summary>Reads a file.</summary>
    /// <exception cref="ImagingException">There is no such file, it is too large, or it is no picture.</exception>
    public static CutOut LoadFile(string path, CutOutLimits? limits = null)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        limits ??= CutOutLimits.Default;
        byte[] bytes;
        try
        {
            RefuseLarge(new FileInfo(path).Length, path, limits);
            bytes = File.ReadAllBytes(path);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or ArgumentException or NotSupportedException)
        {
            throw new ImagingException($"The product picture '{path}' can't be read: {e.Message}", e);
        }

        return Load(bytes, path, limits);
    }

    /// <summary>Reads a picture from memory.</summary>
    /// <param name="bytes">The file's bytes.</param>
    /// <param name="name">What to call it in messages.</param>
    /// <param name="limits">Limits; the defaults when null.</param>
    /// <exception cref="ImagingException">It is too large, empty, damaged, or no picture.</exception>
    public static CutOut Load(byte[] bytes, string name, CutOutLimits? limits = null)
    {
        ArgumentNullException.ThrowIfNull(bytes);
        limits ??= CutOutLimits.Default;
        RefuseLarge(bytes.Length, name, limits);
        PictureKind kind = PictureKinds.Of(bytes);
        if (kind == PictureKind.Unknown)
        {
            throw new ImagingException($"The product picture '{name}' is no picture that can be read. {Wanted}");
        }

        return Vips.Run($"The product picture '{name}' is damaged or not supported ({kind}). {Wanted} The reader says", () =>
        {
            using Image file = Open(bytes, kind);
            if ((long)file.Width * file.Height > limits.MaxPixels)
            {
                throw new ImagingException($"The product picture '{name}' has {file.Width}×{file.Height} pixels; at most {limits.MaxPixels} in all are allowed. Make it smaller.");
            }

            using Image upright = file.Autorot();
            return Describe(upright, name);
        });
    }

    private static Image Open(byte[] bytes, PictureKind kind) => kind switch
    {
        PictureKind.Png => Image.PngloadBuffer(bytes, failOn: Enums.FailOn.Error),
        PictureKind.Jpeg => Image.JpegloadBuffer(bytes, failOn: Enums.FailOn.Error),
        PictureKind.Webp => Image.WebploadBuffer(bytes, failOn: Enums.FailOn.Error),
        _ => Image.TiffloadBuffer(bytes, failOn: Enums.FailOn.Error),
    };

    private static CutOut Describe(Image upright, string name)
    {
        (Image colour, byte[]? profile) = SrgbConversion.Convert(upright);
        using Image srgb = colour;
        var warnings = new List<string>();
        bool hasAlpha = srgb.HasAlpha();
        using Image rgba = hasAlpha ? srgb.Copy() : srgb.Bandjoin(255);
        Raster pixels = Vips.ToRaster(rgba);
        if (PixelBox.Around(pixels, 1) is not { } visible)
        {
            throw new ImagingException($"The product picture '{name}' is wholly transparent. Give one that shows the product.");
        }

        if (!hasAlpha || IsOpaque(pixels))
        {
            warnings.Add($"The product picture '{name}' has no transparent part: the whole rectangle is taken as the product. Cut the product out if that is not meant.");
        }

        return new CutOut
        {
            Pixels = pixels,
            VisibleBox = visible,
            OpaqueBox = PixelBox.Around(pixels, 128) ?? visible,
            IccProfile = profile,
            Warnings = warnings,
        };
    }

    private static bool IsOpaque(Raster rgba)
    {
        for (int i = 3; i < rgba.Pixels.Length; i += 4)
        {
            if (rgba.Pixels[i] != 255)
            {
                return false;
            }
        }

        return true;
    }

    private static void RefuseLarge(long length, string name, CutOutLimits limits)
    {
        if (length > limits.MaxFileBytes)
        {
            throw new ImagingException($"The product picture '{name}' has {length} bytes; at most {limits.MaxFileBytes} are allowed. Make it smaller.");
        }
    }
}
