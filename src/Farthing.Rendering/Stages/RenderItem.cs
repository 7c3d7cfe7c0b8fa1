using Farthing.Diffusion.Pipelines;
using Farthing.Ledger.Posting;
using Farthing.Rendering.Captions;
using Farthing.Rendering.Imaging;
using Farthing.Rendering.Jobs;

namespace Farthing.Rendering.Stages;

/// <summary>One render on its way through the stages.</summary>
internal sealed class RenderItem(RenderJob job, int attempt)
{
    public RenderJob Job { get; } = job;

    public int Attempt { get; } = attempt;

    public Caption? Caption { get; set; }

    public CutOut? CutOut { get; set; }

    public PlacementPlan? Placement { get; set; }

    public DenoiseItem? Input { get; set; }

    /// <summary>What a person should know, for the record beside the picture.</summary>
    public List<string> Warnings { get; } = [];

    /// <summary>Usage that is the render's alone: captions, storage.</summary>
    public List<UsageFact> Facts { get; } = [];

    /// <summary>What the render was saved, beside its charges.</summary>
    public List<SavingsMemo> Memos { get; } = [];

    /// <summary>Why it gives no picture; null while it may.</summary>
    public string? Failure { get; set; }

    public BatchMember Member => new(
        Job.RenderId,
        Attempt,
        Job.Shape.Steps,
        (long)(Job.Shape.Width / LatentMask.Cell) * (Job.Shape.Height / LatentMask.Cell),
        Job.Shape.GuidancePasses,
        Job.Tags)
    {
        Precision = Job.Form.Precision,
    };
}
