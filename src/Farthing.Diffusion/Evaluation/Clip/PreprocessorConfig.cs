using System.Text.Json;
using System.Text.Json.Serialization;
using Farthing.Diffusion.Latents;

namespace Farthing.Diffusion.Evaluation.Clip;

/// <summary>What CLIP's preprocessor_config.json says of pictures, as transformers' CLIPImageProcessor reads it.</summary>
internal sealed record PreprocessorConfig
{
    public const string FileName = "preprocessor_config.json";

    public bool DoResize { get; init; } = true;

    /// <summary>A number (the shorter side), {"shortest_edge": n}, or {"height": h, "width": w}.</summary>
    public JsonElement Size { get; init; }

    public PillowFilter Resample { get; init; } = PillowFilter.Bicubic;

    public bool DoCenterCrop { get; init; } = true;

    /// <summary>A number (a square) or {"height": h, "width": w}.</summary>
    public JsonElement CropSize { get; init; }

    public bool DoRescale { get; init; } = true;

    public double RescaleFactor { get; init; } = 1 / 255.0;

    public bool DoNormalize { get; init; } = true;

    public float[] ImageMean { get; init; } = [0.48145466f, 0.4578275f, 0.40821073f];

    public float[] ImageStd { get; init; } = [0.26862954f, 0.26130258f, 0.27577711f];
}

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower)]
[JsonSerializable(typeof(PreprocessorConfig))]
[JsonSerializable(typeof(ClipConfig))]
internal sealed partial class ClipJson : JsonSerializerContext;

/// <summary>What is read of CLIP's config.json, where there is one.</summary>
internal sealed record ClipConfig(ClipConfig.Text? TextConfig)
{
    /// <summary>The text half.</summary>
    internal sealed record Text(int? VocabSize);
}
