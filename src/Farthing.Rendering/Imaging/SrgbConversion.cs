using NetVips;

namespace Farthing.Rendering.Imaging;

/// <summary>Brings grey, CMYK, 16-bit and profiled pictures to 8-bit sRGB, alpha kept.</summary>
internal static class SrgbConversion
{
    private const string ProfileField = "icc-profile-data";

    /// <returns>The picture with 3 or 4 bands, and the profile that describes it (null when it came without one).</returns>
    public static (Image Image, byte[]? Profile) Convert(Image image)
    {
        byte[]? profile = image.Contains(ProfileField) ? image.Get(ProfileField) as byte[] : null;
        if (profile is not null && IsSrgb(profile) && image.Interpretation is Enums.Interpretation.Srgb)
        {
            return (ToSrgb(image), profile);
        }

        if (profile is not null && Transform(image) is { } transformed)
        {
            using (transformed)
            {
                return (ToSrgb(transformed), SrgbProfile());
            }
        }

        return (ToSrgb(image), null);
    }

    private static Image? Transform(Image image)
    {
        try
        {
            // Computed at once, since a profile that does not fit the pixels only shows in the computing.
            using Image lazy = image.IccTransform("srgb", embedded: true, intent: Enums.Intent.Relative, blackPointCompensation: true);
            return lazy.CopyMemory();
        }
        catch (VipsException)
        {
            // A broken profile is ignored, as viewers do.
            return null;
        }
    }

    private static Image ToSrgb(Image image)
    {
        if (image.Interpretation is Enums.Interpretation.Srgb && image.Format is Enums.BandFormat.Uchar && image.Bands is 3 or 4)
        {
            return image.Copy();
        }

        using Image colour = image.Colourspace(Enums.Interpretation.Srgb);
        using Image bytes = colour.Cast(Enums.BandFormat.Uchar);
        return bytes.Bands switch
        {
            1 => bytes.Bandjoin(bytes, bytes),
            2 => Grey(bytes),
            3 or 4 => bytes.Copy(),
            _ => bytes.ExtractBand(0, n: 4),
        };
    }

    private static Image Grey(Image greyAlpha)
    {
        using Image grey = greyAlpha.ExtractBand(0);
        using Image alpha = greyAlpha.ExtractBand(1);
        return grey.Bandjoin(grey, grey, alpha);
    }

    /// <summary>Whether a profile calls itself sRGB, in its v2 (ASCII) or v4 (UTF-16) description.</summary>
    internal static bool IsSrgb(ReadOnlySpan<byte> profile) =>
        profile.IndexOf("sRGB"u8) >= 0 || profile.IndexOf("\0s\0R\0G\0B"u8) >= 0;

    private static byte[] SrgbProfile() => Image.ProfileLoad("srgb");
}
