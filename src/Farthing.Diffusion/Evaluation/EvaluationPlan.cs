using Farthing.Diffusion.Evaluation.Metrics;
using Farthing.Diffusion.Schedulers;

namespace Farthing.Diffusion.Evaluation;

/// <summary>What is compared, on what, and how.</summary>
public sealed record EvaluationPlan
{
    /// <summary>Directory of the model whose pictures are the measure.</summary>
    public required string Reference { get; init; }

    /// <summary>Directory of the model that is judged.</summary>
    public required string Candidate { get; init; }

    /// <summary>Directory of the CLIP that judges.</summary>
    public required string Clip { get; init; }

    /// <summary>A network for the feature distance; null for none.</summary>
    public string? Features { get; init; }

    /// <summary>The pictures, at least two.</summary>
    public required IReadOnlyList<EvaluationItem> Items { get; init; }

    /// <summary>Width in pixels, a multiple of 8.</summary>
    public required int Width { get; init; }

    /// <summary>Height in pixels, a multiple of 8.</summary>
    public required int Height { get; init; }

    /// <summary>Denoising steps, 1 to 1000. Default 25.</summary>
    public int Steps { get; init; } = 25;

    /// <summary>Guidance scale, 0 to 50. Default 5.</summary>
    public double Guidance { get; init; } = 5;

    /// <summary>The scheduler. Default DPM++ 2M Karras.</summary>
    public SchedulerKind Scheduler { get; init; } = SchedulerKind.DpmPlusPlus2MKarras;

    /// <summary>Pictures rendered together, and timed together, 1 to 64. Default 4.</summary>
    public int BatchSize { get; init; } = 4;

    /// <summary>Threads of each model call, 1 to 256. Default: the number of cores.</summary>
    public int Threads { get; init; } = Environment.ProcessorCount;

    /// <summary>
    /// Whether the candidate is loaded only when the reference is done, for models that do not fit into memory together.
    /// Their times are not interleaved then. Default false.
    /// </summary>
    public bool InTurn { get; init; }

    /// <summary>The largest drop of CLIP similarity that passes. Default 0.006.</summary>
    public double Margin { get; init; } = 0.006;

    /// <summary>How means get their intervals.</summary>
    public Bootstrap Bootstrap { get; init; } = new();
}
