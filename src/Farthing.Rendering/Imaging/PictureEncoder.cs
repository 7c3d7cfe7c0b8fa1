using NetVips;

namespace Farthing.Rendering.Imaging;

/// <summary>Writes finished pictures. The same pixels and options give the same bytes.</summary>
public static class PictureEncoder
{
    private const string ProfileField = "icc-profile-data";
    private const string XmpField = "xmp-data";
    private static readonly double[] White = [255, 255, 255];

    /// <summary>Encodes a picture.</summary>
    /// <param name="picture">RGB, or RGBA, which is laid on white.</param>
    /// <param name="options">Format, quality, colour profile and metadata.</param>
    /// <exception cref="ImagingException">An option is out of range, or libvips failed.</exception>
    public static byte[] Encode(Raster picture, EncodeOptions options)
    {
        ArgumentNullException.ThrowIfNull(picture);
        ArgumentNullException.ThrowIfNull(options);
        options.Check();
        bool png = options.Format == PictureFormat.Png;
        byte[] file = Vips.Run($"The picture could not be written as {options.Format}", () =>
        {
            using Image plain = Vips.Wrap(picture);
            using Image flat = picture.Channels == 4 ? plain.Flatten(background: White) : plain.Copy();
            using Image dressed = flat.Mutate(image =>
            {
                if (options.IccProfile is { Length: > 0 } profile)
                {
                    image.Set(GValue.BlobType, ProfileField, profile);
                }

                if (!png && options.Metadata.Count > 0)
                {
                    image.Set(GValue.BlobType, XmpField, XmpPacket.Write(options.Metadata));
                }
            });
            return Save(dressed, options);
        });
        return png ? PngText.Insert(file, options.Metadata) : file;
    }

    private static byte[] Save(Image image, EncodeOptions options) => options.Format switch
    {
        PictureFormat.Jpeg => image.JpegsaveBuffer(q: options.Quality, optimizeCoding: true,
            subsampleMode: options.Quality >= 90 ? Enums.ForeignSubsample.Off : Enums.ForeignSubsample.Auto,
            keep: Enums.ForeignKeep.Icc | Enums.ForeignKeep.Xmp),
        PictureFormat.Webp => image.WebpsaveBuffer(q: options.Quality, keep: Enums.ForeignKeep.Icc | Enums.ForeignKeep.Xmp),
        _ => image.PngsaveBuffer(compression: options.Compression, keep: Enums.ForeignKeep.Icc),
    };
}
