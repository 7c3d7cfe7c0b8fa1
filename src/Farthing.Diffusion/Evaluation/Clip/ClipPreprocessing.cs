using System.Text.Json;
using Farthing.Diffusion.Latents;
using Farthing.Diffusion.Pipelines;

namespace Farthing.Diffusion.Evaluation.Clip;

/// <summary>
/// Makes of a picture what CLIP takes, as transformers' CLIPImageProcessor does: resize (bicubic with antialiasing, as
/// Pillow), crop the centre, rescale, subtract the mean and divide by the standard deviation.
/// </summary>
internal sealed class ClipPreprocessing
{
    private readonly PreprocessorConfig _config;
    private readonly (int? Shortest, int Height, int Width)? _size;
    private readonly (int Height, int Width)? _crop;

    private ClipPreprocessing(PreprocessorConfig config, (int? Shortest, int Height, int Width)? size, (int Height, int Width)? crop) =>
        (_config, _size, _crop) = (config, size, crop);

    /// <summary>Height and width of what comes out; null where that depends on the picture.</summary>
    public (int Height, int Width)? OutputSize => _crop ?? (_size is { Shortest: null } exact ? (exact.Height, exact.Width) : null);

    /// <summary>Reads a directory's preprocessor_config.json; null, with problems noted, where it can't be followed.</summary>
    public static ClipPreprocessing? Load(string directory, List<string> problems)
    {
        string path = Path.Combine(directory, PreprocessorConfig.FileName);
        if (!File.Exists(path))
        {
            problems.Add($"{PreprocessorConfig.FileName} is missing; copy it from the model's source: pictures can't be prepared by a guess.");
            return null;
        }

        try
        {
            using var stream = File.OpenRead(path);
            var config = JsonSerializer.Deserialize(stream, ClipJson.Default.PreprocessorConfig)!;
            return Of(config);
        }
        catch (Exception e) when (e is JsonException or IOException or UnauthorizedAccessException or FormatException)
        {
            problems.Add($"{PreprocessorConfig.FileName} can't be used: {e.Message}");
            return null;
        }
    }

    /// <summary>Checks a configuration.</summary>
    /// <exception cref="FormatException">It asks for what is not known here.</exception>
    internal static ClipPreprocessing Of(PreprocessorConfig config)
    {
        if (!Enum.IsDefined(config.Resample))
        {
            throw new FormatException($"resample {(int)config.Resample} is not known; 1 (Lanczos), 2 (bilinear) and 3 (bicubic) are.");
        }

        if (config.ImageMean.Length != 3 || config.ImageStd.Length != 3 || config.ImageStd.Any(s => s is not > 0))
        {
            throw new FormatException("image_mean and image_std need three numbers, those of image_std above 0.");
        }

        return new ClipPreprocessing(
            config,
            config.DoResize ? ReadSize(config.Size) : null,
            config.DoCenterCrop ? ReadCrop(config.CropSize) : null);
    }

    /// <summary>[3, height, width] of a picture, and that size.</summary>
    public (float[] Planes, int Height, int Width) Prepare(RgbPicture picture)
    {
        var (pixels, height, width) = Resize(picture);
        (pixels, height, width) = Crop(pixels, height, width);
        float[] planes = new float[pixels.Length];
        int plane = height * width;
        float factor = _config.DoRescale ? (float)_config.RescaleFactor : 1;
        for (int i = 0; i < pixels.Length; i++)
        {
            int channel = i % 3;
            float value = pixels[i] * factor;
            planes[channel * plane + i / 3] = _config.DoNormalize ? (value - _config.ImageMean[channel]) / _config.ImageStd[channel] : value;
        }

        return (planes, height, width);
    }

    private (byte[] Pixels, int Height, int Width) Resize(RgbPicture picture)
    {
        if (_size is not { } size)
        {
            return (picture.Pixels, picture.Height, picture.Width);
        }

        (int height, int width) = (size.Height, size.Width);
        if (size.Shortest is { } shortest)
        {
            // transformers truncates the longer side.
            (height, width) = picture.Height <= picture.Width
                ? (shortest, (int)((long)shortest * picture.Width / picture.Height))
                : ((int)((long)shortest * picture.Height / picture.Width), shortest);
        }

        return (PillowResize.Resize(picture.Pixels, picture.Height, picture.Width, height, width, _config.Resample), height, width);
    }

    /// <summary>The middle; what lies beyond the picture's edges is black.</summary>
    private (byte[] Pixels, int Height, int Width) Crop(byte[] pixels, int height, int width)
    {
        if (_crop is not { } crop || crop == (height, width))
        {
            return (pixels, height, width);
        }

        byte[] result = new byte[crop.Height * crop.Width * 3];
        int top = FloorHalf(height - crop.Height), left = FloorHalf(width - crop.Width);
        int from = Math.Max(0, left), to = Math.Min(width, left + crop.Width);
        for (int y = 0; y < crop.Height; y++)
        {
            if (top + y >= 0 && top + y < height && to > from)
            {
                pixels.AsSpan(((top + y) * width + from) * 3, (to - from) * 3).CopyTo(result.AsSpan((y * crop.Width + from - left) * 3));
            }
        }

        return (result, crop.Height, crop.Width);
    }

    private static int FloorHalf(int value) => value >> 1;

    private static (int? Shortest, int Height, int Width) ReadSize(JsonElement size)
    {
        if (Number(size) is { } side)
        {
            return (side, 0, 0);
        }

        if (size.ValueKind == JsonValueKind.Object && size.TryGetProperty("shortest_edge", out var edge) && Number(edge) is { } shortest)
        {
            return (shortest, 0, 0);
        }

        return Pair(size) is { } pair ? (null, pair.Height, pair.Width)
            : throw new FormatException("size must be a number, {\"shortest_edge\": n} or {\"height\": n, \"width\": n}.");
    }

    private static (int Height, int Width) ReadCrop(JsonElement crop) =>
        Number(crop) is { } side ? (side, side)
        : Pair(crop) ?? throw new FormatException("crop_size must be a number or {\"height\": n, \"width\": n}.");

    private static (int Height, int Width)? Pair(JsonElement size) =>
        size.ValueKind == JsonValueKind.Object
        && size.TryGetProperty("height", out var h) && Number(h) is { } height
        && size.TryGetProperty("width", out var w) && Number(w) is { } width
            ? (height, width)
            : null;

    private static int? Number(JsonElement value) =>
        value.ValueKind == JsonValueKind.Number && value.TryGetInt32(out int number) && number is > 0 and <= 4096 ? number : null;
}
