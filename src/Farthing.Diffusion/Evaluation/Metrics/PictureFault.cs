using System.Text.Json.Serialization;
using Farthing.Diffusion.Pipelines;

namespace Farthing.Diffusion.Evaluation.Metrics;

/// <summary>What makes a picture no picture.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<PictureFault>))]
public enum PictureFault
{
    /// <summary>Nothing.</summary>
    None,

    /// <summary>Latents or pixels were no numbers.</summary>
    NotFinite,

    /// <summary>At least 99% of the pixels have no channel above 16 of 255.</summary>
    Black,

    /// <summary>No channel varies by more than 8 of 255 over the whole picture.</summary>
    SingleColour,
}

/// <summary>Finds pictures that are none.</summary>
public static class PictureFaults
{
    /// <summary>How they are found, for records.</summary>
    public const string Version = "faults/1: black = 99% of pixels at most 16; single colour = no channel varies by more than 8";

    private const int Dark = 16;
    private const int Flat = 8;

    /// <summary>Looks at a decoded picture. One that is black is not also called single-coloured.</summary>
    public static PictureFault Of(RgbPicture picture)
    {
        ArgumentNullException.ThrowIfNull(picture);
        Span<byte> low = [255, 255, 255], high = [0, 0, 0];
        int dark = 0, pixels = picture.Width * picture.Height;
        for (int i = 0; i < pixels; i++)
        {
            var pixel = picture.Pixels.AsSpan(3 * i, 3);
            dark += pixel[0] <= Dark && pixel[1] <= Dark && pixel[2] <= Dark ? 1 : 0;
            for (int c = 0; c < 3; c++)
            {
                low[c] = Math.Min(low[c], pixel[c]);
                high[c] = Math.Max(high[c], pixel[c]);
            }
        }

        return dark * 100L >= pixels * 99L ? PictureFault.Black
            : high[0] - low[0] <= Flat && high[1] - low[1] <= Flat && high[2] - low[2] <= Flat ? PictureFault.SingleColour
            : PictureFault.None;
    }
}
