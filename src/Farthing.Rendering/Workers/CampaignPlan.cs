using Farthing.Diffusion.Sessions;
using Farthing.Rendering.Jobs;
using Farthing.Rendering.Manifests;
using Farthing.Rendering.Precision;

namespace Farthing.Rendering.Workers;

/// <summary>What a start of a campaign has to do: the jobs, the batches that are left of them, and the models that these need.</summary>
internal sealed record CampaignPlan
{
    /// <summary>The run's own model, whose text encoders and VAE every render takes.</summary>
    public required RenderModel Own { get; init; }

    /// <summary>The models' files that were read.</summary>
    public required FileDigests Digests { get; init; }

    /// <summary>The models that batches are drawn with, in the order of their first batch.</summary>
    public required IReadOnlyList<RenderModel> Needed { get; init; }

    /// <summary>Batches that are left, each of one shape and one model.</summary>
    public required IReadOnlyList<IReadOnlyList<RenderJob>> Batches { get; init; }

    /// <summary>Rows that an earlier start delivered.</summary>
    public required int Done { get; init; }

    /// <summary>What a person should know before it starts.</summary>
    public required IReadOnlyList<string> Warnings { get; init; }

    /// <summary>What the quantized renders are held against.</summary>
    public required DenoisingReference Reference { get; init; }

    /// <summary>Plans a start.</summary>
    /// <param name="manifest">The rows.</param>
    /// <param name="settings">What holds for all of them.</param>
    /// <param name="isDone">Whether an earlier start delivered a render.</param>
    /// <param name="fail">Hears of rows that can't be rendered.</param>
    /// <exception cref="PrecisionException">A model of a precision is not there, or is not accepted.</exception>
    /// <exception cref="ModelDirectoryException">A model can't be run.</exception>
    public static CampaignPlan Make(Manifest manifest, RenderSettings settings, Func<RenderJob, bool> isDone, Action<RowError> fail)
    {
        var shelf = new ModelShelf(settings.ModelDirectory, settings.Precision);
        var choice = new PrecisionChoice(settings.Precision, shelf, new AcceptanceGate(settings.Precision, shelf));
        var planner = new JobPlanner(settings, shelf.Own, choice.For);
        var jobs = planner.Plan(manifest, fail);
        var done = jobs.Where(isDone).Select(j => j.RenderId).ToHashSet(StringComparer.Ordinal);
        var batches = planner.Batches(jobs, job => done.Contains(job.RenderId)).ToList();
        return new CampaignPlan
        {
            Own = shelf.Own,
            Digests = shelf.Digests,
            Needed = [.. batches.Select(batch => batch[0].Model).DistinctBy(model => model.Hash)],
            Batches = batches,
            Done = done.Count,
            Warnings =
            [
                .. jobs.Select(job => job.Model).DistinctBy(model => model.Hash).Where(model => model.Forced is not null)
                    .Select(model => $"{model.Precision.ToName()} is forced for '{model.Path}': {model.Forced}"),
            ],
            Reference = new DenoisingReference(SourceOf(jobs, shelf)),
        };
    }

    /// <summary>A quantized model says what it was made from; where it does not, it is the full one beside it.</summary>
    private static string? SourceOf(List<RenderJob> jobs, ModelShelf shelf) =>
        jobs.Find(job => !job.Model.Precision.IsFull()) is { } quantized
            ? quantized.Model.Directory.SourceModel ?? shelf.Full?.Hash
            : null;
}
