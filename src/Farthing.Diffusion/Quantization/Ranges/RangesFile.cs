using System.Text.Json;
using System.Text.Json.Serialization;

namespace Farthing.Diffusion.Quantization.Ranges;

/// <summary>What ranges were collected from; ranges of another origin are not gone on with.</summary>
/// <param name="SourceModel">Hash of the model directory.</param>
/// <param name="Calibration">The set: file name, hash, and prompts in all.</param>
/// <param name="Steps">Steps of each picture.</param>
/// <param name="Guidance">Guidance scale.</param>
/// <param name="Side">Width and height in pixels.</param>
/// <param name="Histograms">Whether samples of the values were counted.</param>
/// <param name="Channels">Whether the channels of linears' inputs were observed.</param>
/// <param name="Seeds">SHA-256 over the prompts and seeds in their order.</param>
internal sealed record RangesOrigin(
    string SourceModel, CalibrationSource Calibration, int Steps, float Guidance, int Side, bool Histograms, bool Channels, string Seeds);

/// <summary>One noise level.</summary>
/// <param name="Step">The step, from 0.</param>
/// <param name="Timestep">Its training timestep.</param>
/// <param name="Samples">Prompts that were observed at it.</param>
public sealed record StepCoverage(int Step, float Timestep, int Samples);

/// <summary>Neighbouring bins of a <see cref="ValueHistogram"/>; the others are empty.</summary>
internal sealed record HistogramRecord(int Exponent, int First, long[] Counts);

/// <summary>One tensor in a ranges file. <see cref="Low"/> and <see cref="High"/> are the range that was chosen in the end.</summary>
internal sealed record TensorRecord(
    string Name,
    float Min,
    float Max,
    double Squares,
    long Values,
    long RowElements,
    float? Low,
    float? High,
    float[]? ChannelMin,
    float[]? ChannelMax,
    HistogramRecord? Histogram);

/// <summary>
/// ranges.json: what calibration saw, whole or so far. Written aside and renamed, so it is never half there.
/// </summary>
internal sealed record RangesFile
{
    /// <summary>The file's name.</summary>
    public const string FileName = "ranges.json";

    /// <summary>The version of this file's form: 1.</summary>
    public int Format { get; init; } = 1;

    /// <summary>What the ranges come from.</summary>
    public required RangesOrigin Origin { get; init; }

    /// <summary>Prompts that are done, the first ones of the set.</summary>
    public required int SamplesDone { get; init; }

    /// <summary>How <see cref="TensorRecord.Low"/> and <see cref="TensorRecord.High"/> were chosen; null while collecting.</summary>
    public string? Method { get; init; }

    /// <summary>How often each noise level was observed.</summary>
    public required IReadOnlyList<StepCoverage> Coverage { get; init; }

    /// <summary>The tensors in the graph's order.</summary>
    public required IReadOnlyList<TensorRecord> Tensors { get; init; }

    /// <summary>Makes the file's content.</summary>
    /// <param name="origin">What the ranges come from.</param>
    /// <param name="collected">What was seen.</param>
    /// <param name="chosen">The ranges that are used; null while collecting.</param>
    /// <param name="method">How they were chosen.</param>
    public static RangesFile Of(
        RangesOrigin origin, RangeCollection collected, IReadOnlyDictionary<string, ActivationRange>? chosen = null, string? method = null) => new()
        {
            Origin = origin,
            SamplesDone = collected.Samples,
            Method = method,
            Coverage = [.. collected.Timesteps.Select((timestep, step) => new StepCoverage(step, timestep, collected.Seen[step]))],
            Tensors = [.. collected.Tensors.Select(t => Record(t.Key, t.Value, chosen))],
        };

    /// <summary>Reads a file; null where there is none, or none that can be gone on with.</summary>
    public static RangesFile? TryRead(string path)
    {
        try
        {
            using var stream = File.OpenRead(path);
            return JsonSerializer.Deserialize(stream, RangesJson.Default.RangesFile) is { Format: 1 } file ? file : null;
        }
        catch (Exception e) when (e is JsonException or FileNotFoundException or DirectoryNotFoundException)
        {
            return null;
        }
    }

    /// <summary>Writes the file; when this returns it survives a loss of power.</summary>
    public void Write(string path)
    {
        string aside = path + ".new";
        using (var stream = File.Create(aside))
        {
            JsonSerializer.Serialize(stream, this, RangesJson.Default.RangesFile);
            stream.Flush(flushToDisk: true);
        }

        File.Move(aside, path, overwrite: true);
    }

    /// <summary>What was collected, to be gone on with.</summary>
    /// <exception cref="InvalidDataException">The file contradicts itself.</exception>
    public RangeCollection Restore() => new(
        Tensors.ToDictionary(t => t.Name, TensorStatistics.Restore, StringComparer.Ordinal),
        [.. Coverage.Select(c => c.Timestep)],
        [.. Coverage.Select(c => c.Samples)],
        SamplesDone);

    private static TensorRecord Record(string name, TensorStatistics tensor, IReadOnlyDictionary<string, ActivationRange>? chosen)
    {
        ActivationRange? range = chosen is not null && chosen.TryGetValue(name, out var found) ? found : null;
        return new TensorRecord(
            name,
            tensor.Min,
            tensor.Max,
            tensor.Squares,
            tensor.Values,
            tensor.RowElements,
            range?.Min,
            range?.Max,
            tensor.ChannelMin.Length > 0 ? tensor.ChannelMin : null,
            tensor.ChannelMax.Length > 0 ? tensor.ChannelMax : null,
            tensor.Histogram is { } histogram ? Record(histogram) : null);
    }

    private static HistogramRecord Record(ValueHistogram histogram)
    {
        var counts = histogram.Counts;
        int first = counts.IndexOfAnyExcept(0L), last = counts.LastIndexOfAnyExcept(0L);
        return first < 0 ? new(histogram.Exponent, 0, []) : new(histogram.Exponent, first, counts[first..(last + 1)].ToArray());
    }
}

[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
    NumberHandling = JsonNumberHandling.AllowNamedFloatingPointLiterals,
    RespectNullableAnnotations = true)]
[JsonSerializable(typeof(RangesFile))]
internal sealed partial class RangesJson : JsonSerializerContext;
