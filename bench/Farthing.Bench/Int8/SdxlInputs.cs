namespace Farthing.Bench.Int8;

/// <summary>Sizes of the inputs of SDXL's UNet and of its parts, for one row.</summary>
internal static class SdxlInputs
{
    private const int TextTokens = 77;

    /// <summary>The whole UNet.</summary>
    public static Dictionary<string, long[]> Whole(int latent) => new(StringComparer.Ordinal)
    {
        ["sample"] = [1, 4, latent, latent],
        ["timestep"] = [],
        [SdxlParts.Text] = [1, TextTokens, 2048],
        ["text_embeds"] = [1, 1280],
        ["time_ids"] = [1, 6],
    };

    /// <summary>A part.</summary>
    public static Dictionary<string, long[]> Of(SdxlParts.Part part, int latent)
    {
        var sizes = Whole(latent);
        if (part.Hidden is { } hidden)
        {
            sizes[hidden] = [1, (long)(latent / part.Shrink) * (latent / part.Shrink), part.Width];
        }

        return sizes;
    }
}
