using System.Collections.Concurrent;
using System.Threading.Channels;
using Farthing.Ledger.Posting;
using Farthing.Rendering.Embeddings;
using Farthing.Rendering.Jobs;
using Farthing.Rendering.Manifests;
using Farthing.Rendering.Objects;
using Farthing.Rendering.Precision;
using Farthing.Rendering.Stages;

namespace Farthing.Rendering.Workers;

/// <summary>
/// Three stages side by side: while lanes denoise their batches, the next is captioned and encoded and the last is decoded,
/// finished, stored and booked.
/// </summary>
/// <param name="campaign">What is rendered.</param>
/// <param name="keeper">The lease.</param>
/// <param name="store">Where pictures go.</param>
/// <param name="books">Where batches are booked.</param>
/// <param name="models">The loaded models.</param>
/// <param name="embeddings">The embedding cache as the model sees it; null where it is off.</param>
/// <param name="lanes">How the cores are shared out.</param>
/// <param name="attemptOf">The number of a job's next attempt.</param>
/// <param name="fail">Hears of renders that gave no picture.</param>
internal sealed class CampaignStages(
    RenderCampaign campaign,
    LeaseKeeper keeper,
    FolderObjectStore store,
    BatchBooks books,
    LoadedModels models,
    ModelEmbeddings? embeddings,
    LanePlan lanes,
    Func<RenderJob, int> attemptOf,
    Action<RowError> fail)
{
    private int _delivered;

    /// <summary>Runs batches through all stages and gives the number of pictures delivered.</summary>
    public async Task<int> RunAsync(IReadOnlyList<IReadOnlyList<RenderJob>> batches, CancellationToken cancellation)
    {
        // One stage's failure stops the others; a person's cancellation stops all between steps.
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        var encoded = Channel.CreateBounded<BatchWork>(lanes.Lanes);
        var denoised = Channel.CreateBounded<BatchWork>(lanes.Lanes);
        var begun = new ConcurrentDictionary<string, BatchWork>();
        Task[] denoisers = [.. Enumerable.Range(0, lanes.Lanes).Select(_ => Task.Run(() => DenoiseAsync(encoded.Reader, denoised.Writer, stop.Token), CancellationToken.None))];
        Task[] stages =
        [
            Task.Run(() => EncodeAsync(batches, begun, encoded.Writer, stop.Token), CancellationToken.None),
            CompleteAsync(denoisers, denoised.Writer),
            Task.Run(() => FinishAsync(begun, denoised.Reader, stop.Token), CancellationToken.None),
        ];
        try
        {
            await StopTogetherAsync([.. stages, .. denoisers], stop).ConfigureAwait(false);
        }
        finally
        {
            Abandon(begun.Values, cancellation.IsCancellationRequested);
        }

        return _delivered;
    }

    private async Task EncodeAsync(
        IReadOnlyList<IReadOnlyList<RenderJob>> batches,
        ConcurrentDictionary<string, BatchWork> begun,
        ChannelWriter<BatchWork> next,
        CancellationToken cancellation)
    {
        try
        {
            var caption = new CaptionStage(campaign.Captioner, campaign.Stems, campaign.Settings, keeper.Meter, keeper.Lease, campaign.Time);
            var encode = new EncodeStage(models.Pipeline, CachedTexts(), campaign.Settings, keeper.Meter, lanes.ThreadsPerRun, campaign.Observer);
            foreach (var (jobs, number) in batches.Select((jobs, i) => (jobs, i + 1)))
            {
                cancellation.ThrowIfCancellationRequested();
                var batch = new BatchWork($"{keeper.Lease.Id}-b{number}", [.. jobs.Select(job => new RenderItem(job, attemptOf(job)))]);
                books.Begin(batch);
                begun[batch.Id] = batch;
                campaign.Observer.StageStarted(batch.Id, Stage.Caption, jobs.Count);
                await caption.RunAsync(batch, cancellation).ConfigureAwait(false);
                campaign.Observer.StageStarted(batch.Id, Stage.TextEncode, jobs.Count);
                encode.Run(batch);
                await next.WriteAsync(batch, cancellation).ConfigureAwait(false);
            }
        }
        finally
        {
            next.Complete();
        }
    }

    private async Task DenoiseAsync(
        ChannelReader<BatchWork> from, ChannelWriter<BatchWork> to, CancellationToken cancellation)
    {
        using var stage = new DenoiseStage(models, campaign.Settings, keeper.Meter, lanes.ThreadsPerRun, campaign.Observer);
        await foreach (var batch in from.ReadAllAsync(cancellation).ConfigureAwait(false))
        {
            if (batch.Live.Count > 0)
            {
                stage.Run(batch, cancellation);
            }

            await to.WriteAsync(batch, cancellation).ConfigureAwait(false);
        }
    }

    private async Task FinishAsync(
        ConcurrentDictionary<string, BatchWork> begun,
        ChannelReader<BatchWork> from,
        CancellationToken cancellation)
    {
        var finish = new FinishStage(
            models.Pipeline, campaign.Settings, store, books, keeper, campaign.Observer, lanes.ThreadsPerRun, campaign.Time);
        await foreach (var batch in from.ReadAllAsync(cancellation).ConfigureAwait(false))
        {
            _delivered += finish.Run(batch);
            begun.TryRemove(batch.Id, out _);
            foreach (var item in batch.Items.Where(i => i.Failure is not null))
            {
                fail(new RowError(item.Job.Line, item.Job.Id, "", item.Failure!));
            }
        }
    }

    private CachedTexts? CachedTexts() => embeddings is null
        ? null
        : new CachedTexts(embeddings, keeper.Meter, keeper.Lease, lanes.ThreadsPerRun, campaign.Observer, campaign.Time);

    /// <summary>Books what batches in flight used when the run stopped before their end.</summary>
    private void Abandon(IEnumerable<BatchWork> inFlight, bool cancelled)
    {
        foreach (var batch in inFlight)
        {
            books.Abandon(
                batch,
                cancelled ? AttemptOutcome.Cancelled : AttemptOutcome.Failed,
                cancelled ? "cancelled" : "the run stopped because of an error elsewhere");
        }
    }

    private static async Task CompleteAsync(Task[] writers, ChannelWriter<BatchWork> channel)
    {
        try
        {
            await Task.WhenAll(writers).ConfigureAwait(false);
        }
        finally
        {
            channel.Complete();
        }
    }

    /// <summary>Waits for all; the first failure stops the rest and is thrown when they have ended.</summary>
    private static async Task StopTogetherAsync(List<Task> tasks, CancellationTokenSource stop)
    {
        var open = tasks.ToList();
        Exception? first = null;
        while (open.Count > 0)
        {
            var ended = await Task.WhenAny(open).ConfigureAwait(false);
            open.Remove(ended);
            if (ended.IsFaulted && ended.Exception!.GetBaseException() is var error and not OperationCanceledException)
            {
                first ??= error;
                await stop.CancelAsync().ConfigureAwait(false);
            }
        }

        if (first is not null)
        {
            System.Runtime.ExceptionServices.ExceptionDispatchInfo.Throw(first);
        }
    }
}
