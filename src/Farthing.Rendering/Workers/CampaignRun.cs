using System.Collections.Concurrent;
using System.Globalization;
using Farthing.Ledger.Posting;
using Farthing.Rendering.Embeddings;
using Farthing.Rendering.Jobs;
using Farthing.Rendering.Manifests;
using Farthing.Rendering.Objects;
using Farthing.Rendering.Precision;
using Farthing.Rendering.Stages;

namespace Farthing.Rendering.Workers;

/// <summary>
/// One start of a campaign: plan, load the models that are needed, run the stages.
/// </summary>
internal sealed class CampaignRun(RenderCampaign campaign, LeaseKeeper keeper, FolderObjectStore store)
{
    private readonly ConcurrentBag<RowError> _failures = [];
    private Dictionary<string, JobRecord> _before = [];

    public async Task<RenderSummary> RunAsync(CancellationToken cancellation)
    {
        // 1. What is asked for, and what an earlier start has done of it.
        using var warmUp = keeper.Begin(Stage.WarmUp, "plan");
        _before = JobStore.Load(campaign.File, keeper.Lease.RunId);
        List<RowError> refused = [];
        var plan = CampaignPlan.Make(campaign.Manifest, campaign.Settings, IsDone, refused.Add);
        var savings = new PrecisionSavings(plan.Reference);
        var books = new BatchBooks(campaign.File, campaign.Journal, campaign.Prices, keeper, savings, campaign.Time);
        refused.ForEach(error => Refuse(books, error));
        campaign.Observer.Started(keeper.Lease.RunId, campaign.Manifest.Rows.Count, plan.Done);
        foreach (string warning in campaign.Manifest.Warnings.Concat(plan.Warnings))
        {
            campaign.Observer.Warned("", warning);
        }

        // 2. The models, only if there is something to render.
        long bytes = LoadedModels.BytesOf(plan.Own, plan.Needed);
        var lanes = LanePlan.For(campaign.Settings.Lanes, keeper.Lease.Cores, plan.Batches.Count, bytes);
        using var models = plan.Batches.Count == 0 ? null : LoadedModels.Load(plan.Own, plan.Needed, lanes.ThreadsPerRun);
        foreach (var model in plan.Needed)
        {
            models!.WarmUp(plan.Batches.First(batch => batch[0].Model.Hash == model.Hash));
        }

        var embeddings = models is null || campaign.Embeddings is not { } cache
            ? null
            : new ModelEmbeddings(cache, new ModelTextEncoders(models.Pipeline.Prompts, plan.Own.Path, plan.Digests));
        warmUp.Dispose();

        // 3. The renders.
        int delivered = models is null
            ? 0
            : await new CampaignStages(campaign, keeper, store, books, models, embeddings, lanes, AttemptOf, _failures.Add)
                .RunAsync(plan.Batches, cancellation).ConfigureAwait(false);

        embeddings?.SaveCounts();
        foreach (string warning in campaign.Embeddings?.TakeWarnings() ?? [])
        {
            campaign.Observer.Warned("", warning);
        }

        return new RenderSummary
        {
            RunId = keeper.Lease.RunId,
            Total = campaign.Manifest.Rows.Count,
            Delivered = delivered,
            AlreadyDelivered = plan.Done,
            Failures = [.. _failures.OrderBy(f => f.Line)],
            Notes = [.. savings.Notes, .. EmbeddingNotes(embeddings)],
            Cancelled = cancellation.IsCancellationRequested,
        };
    }

    private static IEnumerable<string> EmbeddingNotes(ModelEmbeddings? embeddings)
    {
        if (embeddings?.Counts is { Lookups: > 0 } counts)
        {
            yield return string.Create(
                CultureInfo.InvariantCulture,
                $"Text embeddings: {counts.MemoryHits + counts.StoreHits} of {counts.Lookups} were kept from before ({counts.MemoryHits} in memory, {counts.StoreHits} in the store), {counts.Misses} encoded{(counts.Corrupt > 0 ? $", {counts.Corrupt} of them because what was kept was damaged" : "")}.");
        }
    }

    private bool IsDone(RenderJob job) =>
        _before.GetValueOrDefault(job.RenderId) is { State: JobState.Delivered } record && store.Contains(record.ObjectKey);

    private int AttemptOf(RenderJob job) => (_before.GetValueOrDefault(job.RenderId)?.Attempt ?? 0) + 1;

    private void Refuse(BatchBooks books, RowError error)
    {
        string id = RunIdentity.FailedRenderId(error);
        _failures.Add(error);
        books.Refuse(id, error.Id, error.Message, _before.GetValueOrDefault(id));
        campaign.Observer.Failed(error);
    }
}
