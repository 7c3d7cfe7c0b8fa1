using System.Text.Json;
using System.Text.Json.Serialization;

namespace Farthing.Diffusion.Sessions;

/// <summary>What is read of model_index.json.</summary>
/// <param name="ClassName">The pipeline's class, such as <c>ORTStableDiffusionXLPipeline</c>.</param>
/// <param name="ForceZerosForEmptyPrompt">A negative prompt left out means zero states (SDXL), not an encoded "".</param>
/// <param name="RequiresAestheticsScore">time_ids carry a score instead of a target size (the SDXL refiner).</param>
internal sealed record ModelIndex(
    [property: JsonPropertyName("_class_name")] string? ClassName,
    bool ForceZerosForEmptyPrompt = false,
    bool RequiresAestheticsScore = false);

/// <summary>What is read of a text encoder's config.json.</summary>
internal sealed record TextEncoderConfig(
    string? ModelType,
    int? HiddenSize,
    int? DModel,
    int? NumHiddenLayers,
    int? ProjectionDim,
    int? VocabSize)
{
    /// <summary>Width of the states; T5 calls it d_model.</summary>
    public int? Width => HiddenSize ?? DModel;
}

/// <summary>What is read of unet/config.json.</summary>
internal sealed record UNetConfig(
    int? InChannels,
    int? OutChannels,
    int? CrossAttentionDim,
    int? SampleSize,
    string? AdditionEmbedType,
    int? AdditionTimeEmbedDim,
    int? ProjectionClassEmbeddingsInputDim,
    int? TimeCondProjDim);

/// <summary>What is read of a VAE half's config.json.</summary>
internal sealed record VaeConfig(
    float? ScalingFactor,
    float? ShiftFactor,
    int? LatentChannels,
    int[]? BlockOutChannels);

[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower,
    ReadCommentHandling = JsonCommentHandling.Skip,
    AllowTrailingCommas = true)]
[JsonSerializable(typeof(ModelIndex))]
[JsonSerializable(typeof(TextEncoderConfig))]
[JsonSerializable(typeof(UNetConfig))]
[JsonSerializable(typeof(VaeConfig))]
internal sealed partial class ModelConfigJson : JsonSerializerContext;
