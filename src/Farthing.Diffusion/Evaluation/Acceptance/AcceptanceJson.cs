using System.Text.Json.Serialization;

namespace Farthing.Diffusion.Evaluation;

/// <summary>The record's JSON, without reflection. A field that nobody knows, or one twice, makes it no record.</summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower,
    UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow,
    AllowDuplicateProperties = false,
    RespectNullableAnnotations = true,
    RespectRequiredConstructorParameters = true,
    WriteIndented = true,
    NewLine = "\n")]
[JsonSerializable(typeof(AcceptanceRecord))]
internal sealed partial class AcceptanceJson : JsonSerializerContext;
