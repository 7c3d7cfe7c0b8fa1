using System.Text.Json;
using System.Text.Json.Serialization;
using Farthing.Diffusion.Quantization.Ranges;

namespace Farthing.Diffusion.Quantization.Reports;

/// <summary>One layer that int8 was considered for.</summary>
/// <param name="Node">The node's name.</param>
/// <param name="Kind"><c>linear</c> or <c>convolution</c>.</param>
/// <param name="Precision">What it computes in now: <c>int8</c> or <c>float</c>.</param>
/// <param name="MultiplyAddShare">Its share of all such layers' multiply-adds.</param>
/// <param name="ErrorBefore">Relative error that int8 brings by this layer alone (see <see cref="QuantizationReport.ErrorMeasure"/>).</param>
/// <param name="ErrorAfter">The same as it was written: 0 where the layer stays in float.</param>
/// <param name="WeightError">‖w − q·scale‖ / ‖w‖ of its weights in int8.</param>
/// <param name="Reason">Why it stays in float; null for int8.</param>
public sealed record LayerRow(
    string Node, string Kind, string Precision, double MultiplyAddShare, double ErrorBefore, double ErrorAfter, double WeightError, string? Reason);

/// <summary>A node that was left as it is.</summary>
/// <param name="Node">Its name.</param>
/// <param name="Reason">Why.</param>
public sealed record SkippedRow(string Node, string Reason);

/// <summary>The calibration set in a report.</summary>
/// <param name="File">The file's name.</param>
/// <param name="Sha256">Its hash.</param>
/// <param name="Samples">Prompts.</param>
/// <param name="Steps">Steps of each picture, all observed.</param>
/// <param name="Guidance">Guidance scale.</param>
/// <param name="Resumed">Prompts that an earlier, interrupted run had done.</param>
public sealed record CalibrationRow(string File, string Sha256, int Samples, int Steps, float Guidance, int Resumed);

/// <summary>Seconds that each part took.</summary>
public sealed record SecondsRow(double Calibrate, double Measure, double Write);

/// <summary>What was done to a model, and what it cost in exactness: report.json, and report.html for people.</summary>
public sealed record QuantizationReport
{
    /// <summary>The JSON file's name.</summary>
    public const string FileName = "report.json";

    /// <summary>The version of the JSON's form: 1.</summary>
    public int Format { get; init; } = 1;

    /// <summary>The program and its version.</summary>
    public required string Tool { get; init; }

    /// <summary>When it was made.</summary>
    public required DateTimeOffset Created { get; init; }

    /// <summary><c>int8</c>, <c>fp16</c> or <c>int8-weights</c>.</summary>
    public required string Precision { get; init; }

    /// <summary>The source directory's name, and the hash of its content.</summary>
    public required string Source { get; init; }

    /// <summary>Hash of the float model directory.</summary>
    public required string SourceModel { get; init; }

    /// <summary>Hash of the directory that was made.</summary>
    public string Model { get; init; } = "";

    /// <summary>Bytes of the UNet's files before.</summary>
    public required long UNetBytesBefore { get; init; }

    /// <summary>Bytes of the UNet's files now, all forms together.</summary>
    public required long UNetBytesAfter { get; init; }

    /// <summary>The files of the UNet that were written, and their bytes.</summary>
    public required IReadOnlyDictionary<string, long> Files { get; init; }

    /// <summary>The calibration set; null where none was needed.</summary>
    public CalibrationRow? Calibration { get; init; }

    /// <summary>How ranges were chosen; null where none were.</summary>
    public string? Method { get; init; }

    /// <summary>The percentile, where the method has one.</summary>
    public double? Percentile { get; init; }

    /// <summary>Share of multiply-adds that might stay in float.</summary>
    public double? Budget { get; init; }

    /// <summary>Share of multiply-adds that does, of the layers that int8 was considered for.</summary>
    public double? FloatShare { get; init; }

    /// <summary>SmoothQuant's α; null for none.</summary>
    public double? Smoothing { get; init; }

    /// <summary><c>output</c>: error of the UNet's guided prediction; <c>local</c>: of the layer's own output, calculated.</summary>
    public string? ErrorMeasure { get; init; }

    /// <summary>Error of the prediction with every layer in int8; null where it was not measured.</summary>
    public double? ErrorAllInt8 { get; init; }

    /// <summary>Error of the prediction with the sensitive layers in float; null where it was not measured.</summary>
    public double? ErrorAsWritten { get; init; }

    /// <summary>How often each noise level was observed.</summary>
    public IReadOnlyList<StepCoverage> Coverage { get; init; } = [];

    /// <summary>The layers, in the graph's order.</summary>
    public IReadOnlyList<LayerRow> Layers { get; init; } = [];

    /// <summary>What was left in float whatever its sensitivity, and why.</summary>
    public IReadOnlyList<SkippedRow> Skipped { get; init; } = [];

    /// <summary>Inputs that could not be smoothed, and why.</summary>
    public IReadOnlyList<SkippedRow> Unsmoothed { get; init; } = [];

    /// <summary>Skip concats whose halves have a scale each.</summary>
    public IReadOnlyList<string> SplitConcats { get; init; } = [];

    /// <summary>Seconds that it took.</summary>
    public required SecondsRow Seconds { get; init; }

    /// <summary>The report as JSON.</summary>
    public string ToJson() => JsonSerializer.Serialize(this, QuantizationReportJson.Default.QuantizationReport);
}

[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
    NumberHandling = JsonNumberHandling.AllowNamedFloatingPointLiterals,
    WriteIndented = true)]
[JsonSerializable(typeof(QuantizationReport))]
internal sealed partial class QuantizationReportJson : JsonSerializerContext;
