using System.Text.Json;
using System.Text.Json.Serialization;
using Farthing.Ledger.Money;

namespace Farthing.Rendering.Stages;

/// <summary>What is told of a picture, in its PNG text chunks and in the JSON beside it.</summary>
internal sealed record RenderRecord
{
    public required string Id { get; init; }

    public required string RenderId { get; init; }

    public required string RunId { get; init; }

    public required string Prompt { get; init; }

    /// <summary>The text that was given to the model.</summary>
    public required string Caption { get; init; }

    /// <summary>The caption of the whole picture where only its scene was given to the model.</summary>
    public required string FullCaption { get; init; }

    public required string? NegativePrompt { get; init; }

    public required long Seed { get; init; }

    public required int Steps { get; init; }

    public required double Guidance { get; init; }

    public required string Scheduler { get; init; }

    public required int Width { get; init; }

    public required int Height { get; init; }

    public required string ModelHash { get; init; }

    /// <summary>The numeric precision of the denoising, such as <c>int8</c>.</summary>
    public required string Precision { get; init; }

    /// <summary>Why the model was not accepted, where a person forced it all the same; else null.</summary>
    public required string? PrecisionForced { get; init; }

    public required string Tags { get; init; }

    public required IReadOnlyList<string> Warnings { get; init; }

    /// <summary>What is booked on the render, in USD with 12 decimals; or <c>unpriced</c>.</summary>
    public required string CostUsd { get; init; }

    /// <summary>The cost as it is written. Below ten dollars it is always as long, so that sizes can be told before it.</summary>
    public static string CostText(Amount? cost) => cost is { } known ? known.ToExactString() : "unpriced";

    public byte[] ToJson() => JsonSerializer.SerializeToUtf8Bytes(this, RenderRecordJson.Default.RenderRecord);

    public IReadOnlyList<KeyValuePair<string, string>> ToTexts() =>
    [
        new("prompt", Prompt),
        new("caption", Caption),
        new("negative_prompt", NegativePrompt ?? ""),
        new("seed", JsonSerializer.Serialize(Seed, RenderRecordJson.Default.Int64)),
        new("steps", JsonSerializer.Serialize(Steps, RenderRecordJson.Default.Int32)),
        new("guidance", JsonSerializer.Serialize(Guidance, RenderRecordJson.Default.Double)),
        new("scheduler", Scheduler),
        new("model_hash", ModelHash),
        new("precision", PrecisionForced is null ? Precision : Precision + " (forced)"),
        new("render_id", RenderId),
        new("run_id", RunId),
        new("cost_usd", CostUsd),
        new("Software", "Farthing"),
    ];
}

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower, WriteIndented = true)]
[JsonSerializable(typeof(RenderRecord))]
[JsonSerializable(typeof(long))]
[JsonSerializable(typeof(int))]
[JsonSerializable(typeof(double))]
internal sealed partial class RenderRecordJson : JsonSerializerContext;
