using System.Text.Json;
using System.Text.Json.Serialization;

namespace Farthing.Diffusion.Quantization;

/// <summary>
/// What a quantized model directory was made from, in <c>quantization.json</c> at its root. A directory without one is
/// a float model.
/// </summary>
internal sealed record QuantizationManifest
{
    /// <summary>The file's name.</summary>
    public const string FileName = "quantization.json";

    /// <summary>The version of this file's form: 1.</summary>
    public int Format { get; init; } = 1;

    /// <summary><c>int8</c>, <c>fp16</c> or <c>int8-weights</c>.</summary>
    public required string Precision { get; init; }

    /// <summary><see cref="Sessions.ModelHash"/> of the float directory.</summary>
    public required string SourceModel { get; init; }

    /// <summary>What the ranges were collected on; null where nothing was calibrated.</summary>
    public CalibrationSource? Calibration { get; init; }

    /// <summary>How ranges became scales: <c>minmax</c>, <c>percentile</c>, <c>entropy</c>; <c>none</c> where there are none.</summary>
    public required string Method { get; init; }

    /// <summary>The program and its version.</summary>
    public required string Tool { get; init; }

    /// <summary>Reads a model directory's manifest; null where it has none.</summary>
    /// <exception cref="QuantizationException">There is one that can't be read.</exception>
    public static QuantizationManifest? Read(string directory)
    {
        string path = Path.Combine(directory, FileName);
        if (!File.Exists(path))
        {
            return null;
        }

        try
        {
            using var stream = File.OpenRead(path);
            var manifest = JsonSerializer.Deserialize(stream, QuantizationManifestJson.Default.QuantizationManifest);
            return manifest is { Format: 1 }
                ? manifest
                : throw new QuantizationException(
                    $"{path} has format {manifest?.Format.ToString() ?? "null"}, and this program knows 1; use the version that wrote it, or quantize again.");
        }
        catch (JsonException e)
        {
            throw new QuantizationException($"{path} can't be read ({e.Message}); quantize again.");
        }
    }

    /// <summary>Writes the manifest into a model directory.</summary>
    public void Write(string directory)
    {
        using var stream = File.Create(Path.Combine(directory, FileName));
        JsonSerializer.Serialize(stream, this, QuantizationManifestJson.Default.QuantizationManifest);
    }
}

/// <summary>A calibration set.</summary>
/// <param name="File">The file's name, without its folder.</param>
/// <param name="Sha256">SHA-256 of the file, lower-case hexadecimal.</param>
/// <param name="Samples">Prompts that were used.</param>
internal sealed record CalibrationSource(string File, string Sha256, int Samples);

/// <summary>The manifest's JSON, without reflection.</summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
    RespectNullableAnnotations = true,
    WriteIndented = true)]
[JsonSerializable(typeof(QuantizationManifest))]
internal sealed partial class QuantizationManifestJson : JsonSerializerContext;
