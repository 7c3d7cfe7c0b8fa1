using System.Text.Json;
using System.Text.Json.Serialization;
using Farthing.Diffusion.Evaluation.Verdict;

namespace Farthing.Diffusion.Evaluation;

/// <summary>A whole evaluation.</summary>
public sealed record EvaluationResult
{
    /// <summary>When it ended.</summary>
    public required DateTimeOffset At { get; init; }

    /// <summary>The model whose pictures were the measure.</summary>
    public required EvaluatedModel Reference { get; init; }

    /// <summary>The model that was judged.</summary>
    public required EvaluatedModel Candidate { get; init; }

    /// <summary>SHA-256 over what was rendered and with which settings.</summary>
    public required string EvaluationSet { get; init; }

    /// <summary>How each metric is computed, and with which model.</summary>
    public required IReadOnlyDictionary<string, string> MetricVersions { get; init; }

    /// <summary>What was rendered.</summary>
    public required EvaluationShape Shape { get; init; }

    /// <summary>The figures.</summary>
    public required AcceptanceMetrics Metrics { get; init; }

    /// <summary>The drop in plain cosines, without the weight 2.5 and the cut at 0.</summary>
    public required MetricFigure CosineDrop { get; init; }

    /// <summary>How long renders took.</summary>
    public required SpeedResult Speed { get; init; }

    /// <summary>The largest drop that passes.</summary>
    public required double Margin { get; init; }

    /// <summary>Every rule with what was found.</summary>
    public required IReadOnlyList<RuleResult> Rules { get; init; }

    /// <summary>Whether every rule holds.</summary>
    public required bool Passed { get; init; }

    /// <summary>Every pair.</summary>
    public required IReadOnlyList<PictureResult> Pictures { get; init; }

    /// <summary>The pairs, the worst first: faults, then the least alike by CLIP.</summary>
    [JsonIgnore]
    public IEnumerable<PictureResult> WorstFirst => Pictures.OrderBy(static picture => picture.ClipImageImage ?? double.NegativeInfinity);

    /// <summary>The record to sign.</summary>
    public AcceptanceRecord ToRecord() => new()
    {
        At = At,
        ReferenceModel = Reference.Hash,
        CandidateModel = Candidate.Hash,
        ReferencePrecision = Reference.Precision,
        CandidatePrecision = Candidate.Precision,
        CalibrationSet = Candidate.CalibrationSet,
        EvaluationSet = EvaluationSet,
        MetricVersions = MetricVersions,
        Shape = Shape,
        Metrics = Metrics,
        Margin = Margin,
        ReferenceSecondsPerRender = Speed.ReferenceSeconds,
        CandidateSecondsPerRender = Speed.CandidateSeconds,
        Passed = Passed,
    };

    /// <summary>Everything as JSON: figures that there are none of are "NaN".</summary>
    public byte[] ToJson() => JsonSerializer.SerializeToUtf8Bytes(this, EvaluationJson.Default.EvaluationResult);
}

/// <summary>A model that took part.</summary>
/// <param name="Directory">Its directory's name.</param>
/// <param name="Hash"><see cref="Sessions.ModelHash"/> of it.</param>
/// <param name="Precision">Its UNet's precision.</param>
/// <param name="CalibrationSet">SHA-256 of what it was calibrated on; null where nothing was.</param>
/// <param name="UNetBytes">Bytes of its UNet.</param>
public sealed record EvaluatedModel(string Directory, string Hash, string Precision, string? CalibrationSet, long UNetBytes);

/// <summary>The result's JSON, without reflection.</summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower,
    NumberHandling = JsonNumberHandling.AllowNamedFloatingPointLiterals,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
    WriteIndented = true,
    NewLine = "\n")]
[JsonSerializable(typeof(EvaluationResult))]
internal sealed partial class EvaluationJson : JsonSerializerContext;
