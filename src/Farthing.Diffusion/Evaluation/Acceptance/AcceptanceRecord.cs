using System.Text.Json;

namespace Farthing.Diffusion.Evaluation;

/// <summary>
/// What <c>farthing evaluate</c> writes into a candidate's directory when it passes: which model was held against which, on
/// what, with which result, signed. It holds as long as both hashes do.
/// </summary>
public sealed record AcceptanceRecord
{
    /// <summary>The file's name, at the root of the candidate's directory.</summary>
    public const string FileName = "acceptance.json";

    /// <summary>The version of the file's form that this program reads and writes.</summary>
    public const int CurrentFormat = 1;

    /// <summary>The version of the file's form.</summary>
    public int Format { get; init; } = CurrentFormat;

    /// <summary>When the evaluation ended.</summary>
    public required DateTimeOffset At { get; init; }

    /// <summary><see cref="Sessions.ModelHash"/> of the reference.</summary>
    public required string ReferenceModel { get; init; }

    /// <summary><see cref="Sessions.ModelHash"/> of the candidate.</summary>
    public required string CandidateModel { get; init; }

    /// <summary><c>fp32</c> or <c>fp16</c>, as a rule.</summary>
    public required string ReferencePrecision { get; init; }

    /// <summary><c>int8</c>, <c>int8-weights</c>, <c>fp16</c> or <c>fp32</c>.</summary>
    public required string CandidatePrecision { get; init; }

    /// <summary>SHA-256 of what the candidate was calibrated on; null where nothing was, or where nobody wrote it down.</summary>
    public string? CalibrationSet { get; init; }

    /// <summary>SHA-256 over the ids, texts, seeds and products of the pictures and the settings they were rendered with.</summary>
    public required string EvaluationSet { get; init; }

    /// <summary>Each metric's version: how it is computed, and the hash of the model it is computed with.</summary>
    public required IReadOnlyDictionary<string, string> MetricVersions { get; init; }

    /// <summary>What was rendered.</summary>
    public required EvaluationShape Shape { get; init; }

    /// <summary>The figures.</summary>
    public required AcceptanceMetrics Metrics { get; init; }

    /// <summary>The largest drop of CLIP similarity that passes.</summary>
    public required double Margin { get; init; }

    /// <summary>Median seconds a render of the reference, measured interleaved.</summary>
    public required double ReferenceSecondsPerRender { get; init; }

    /// <summary>Median seconds a render of the candidate.</summary>
    public required double CandidateSecondsPerRender { get; init; }

    /// <summary>The verdict.</summary>
    public required bool Passed { get; init; }

    /// <summary>The signer's key, base64 of its SubjectPublicKeyInfo.</summary>
    public string PublicKey { get; init; } = "";

    /// <summary>ECDSA P-256 over SHA-256 of the record without this field, base64 of r and s, 32 bytes each.</summary>
    public string Signature { get; init; } = "";

    /// <summary>The record under a key's signature.</summary>
    public AcceptanceRecord SignedBy(SigningKey key)
    {
        ArgumentNullException.ThrowIfNull(key);
        var named = this with { PublicKey = key.PublicKey, Signature = "" };
        return named with { Signature = key.Sign(named.SignedBytes()) };
    }

    /// <summary>Writes the record into a candidate's directory: aside first, then renamed.</summary>
    /// <exception cref="IOException">It can't be written.</exception>
    /// <exception cref="UnauthorizedAccessException">It may not be written.</exception>
    public void Write(string candidateDirectory)
    {
        string path = Path.Combine(candidateDirectory, FileName), aside = Path.Combine(candidateDirectory, $".{FileName}.tmp");
        File.WriteAllBytes(aside, JsonSerializer.SerializeToUtf8Bytes(this, AcceptanceJson.Default.AcceptanceRecord));
        File.Move(aside, path, overwrite: true);
    }

    /// <summary>Reads a candidate's record; null where there is none or it is no record that this program knows.</summary>
    internal static (AcceptanceRecord? Record, bool Exists) Read(string candidateDirectory)
    {
        string path = Path.Combine(candidateDirectory, FileName);
        if (!File.Exists(path))
        {
            return (null, false);
        }

        try
        {
            using var stream = File.OpenRead(path);
            var record = JsonSerializer.Deserialize(stream, AcceptanceJson.Default.AcceptanceRecord);
            return (record is { Format: CurrentFormat } ? record : null, true);
        }
        catch (Exception e) when (e is JsonException or IOException or UnauthorizedAccessException)
        {
            return (null, true);
        }
    }

    /// <summary>
    /// What is signed: the record as JSON, its fields in this type's order, metric versions in ordinal order, the
    /// signature empty.
    /// </summary>
    internal byte[] SignedBytes()
    {
        var ordered = new SortedDictionary<string, string>(StringComparer.Ordinal);
        foreach (var (metric, version) in MetricVersions)
        {
            ordered[metric] = version;
        }

        return JsonSerializer.SerializeToUtf8Bytes(this with { MetricVersions = ordered, Signature = "" }, AcceptanceJson.Default.AcceptanceRecord);
    }
}
