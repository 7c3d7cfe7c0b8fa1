using System.Collections.Concurrent;
using System.Threading.Channels;
using Farthing.Diffusion.Pipelines;
using Farthing.Diffusion.Sessions;
using Farthing.Ledger.Posting;
using Farthing.Rendering.Jobs;
using Farthing.Rendering.Manifests;
using Farthing.Rendering.Objects;
using Farthing.Rendering.Stages;

namespace Farthing.Rendering.Workers;

/// <summary>
/// One start of a campaign: plan, then three stages side by side. While lanes denoise their batches, the next is
/// captioned and encoded and the last is decoded, finished, stored and booked.
/// </summary>
internal sealed class CampaignRun(RenderCampaign campaign, LeaseKeeper keeper, FolderObjectStore store)
{
    private readonly ConcurrentBag<RowError> _failures = [];
    private readonly BatchBooks _books = new(campaign.File, campaign.Journal, campaign.Prices, keeper, campaign.Time);
    private Dictionary<string, JobRecord> _before = [];
    private int _delivered;

    public async Task<RenderSummary> RunAsync(CancellationToken cancellation)
    {
        // 1. What is asked for, and what an earlier start has done of it.
        var warmUp = keeper.Meter.Begin(Stage.WarmUp, "plan", 1);
        var model = ModelDirectory.Open(campaign.Settings.ModelDirectory);
        string modelHash = ModelHash.Compute(campaign.Settings.ModelDirectory);
        _before = JobStore.Load(campaign.File, keeper.Lease.RunId);
        var planner = new JobPlanner(campaign.Settings, model.NativeSize, modelHash);
        var jobs = planner.Plan(campaign.Manifest, Refuse);
        var done = jobs.Where(IsDone).Select(j => j.RenderId).ToHashSet(StringComparer.Ordinal);
        var batches = planner.Batches(jobs, job => done.Contains(job.RenderId)).ToList();
        campaign.Observer.Started(keeper.Lease.RunId, campaign.Manifest.Rows.Count, done.Count);
        foreach (string warning in campaign.Manifest.Warnings)
        {
            campaign.Observer.Warned("", warning);
        }

        // 2. The model, only if there is something to render.
        var lanes = LanePlan.For(campaign.Settings.Lanes, keeper.Lease.Cores, batches.Count, model.TotalBytes);
        using var pipeline = batches.Count == 0 ? null : DiffusionPipeline.Load(campaign.Settings.ModelDirectory, new PipelineOptions
        {
            Execution = new ExecutionOptions { ThreadsPerRun = lanes.ThreadsPerRun },
        });
        if (pipeline is not null)
        {
            var shape = batches[0][0].Shape;
            pipeline.WarmUp(batches[0].Count, shape.Width, shape.Height, (float)shape.Guidance);
        }

        keeper.Note(Stage.WarmUp, warmUp.End());

        // 3. The renders.
        if (pipeline is not null)
        {
            await RunStagesAsync(pipeline, batches, lanes, modelHash, cancellation).ConfigureAwait(false);
        }

        return new RenderSummary
        {
            RunId = keeper.Lease.RunId,
            Total = campaign.Manifest.Rows.Count,
            Delivered = _delivered,
            AlreadyDelivered = done.Count,
            Failures = [.. _failures.OrderBy(f => f.Line)],
            Cancelled = cancellation.IsCancellationRequested,
        };
    }

    private bool IsDone(RenderJob job) =>
        _before.GetValueOrDefault(job.RenderId) is { State: JobState.Delivered } record && store.Contains(record.ObjectKey);

    private void Refuse(RowError error)
    {
        string id = RunIdentity.FailedRenderId(error);
        _failures.Add(error);
        _books.Refuse(id, error.Id, error.Message, _before.GetValueOrDefault(id));
        campaign.Observer.Failed(error);
    }

    private async Task RunStagesAsync(
        DiffusionPipeline pipeline, List<IReadOnlyList<RenderJob>> batches, LanePlan lanes, string modelHash, CancellationToken cancellation)
    {
        // One stage's failure stops the others; a person's cancellation stops all between steps.
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        var encoded = Channel.CreateBounded<BatchWork>(lanes.Lanes);
        var denoised = Channel.CreateBounded<BatchWork>(lanes.Lanes);
        var begun = new ConcurrentDictionary<string, BatchWork>();
        Task[] denoisers = [.. Enumerable.Range(0, lanes.Lanes).Select(_ => Task.Run(() => DenoiseAsync(pipeline, lanes, encoded.Reader, denoised.Writer, stop.Token), CancellationToken.None))];
        Task[] stages =
        [
            Task.Run(() => EncodeAsync(pipeline, lanes, batches, begun, encoded.Writer, stop.Token), CancellationToken.None),
            CompleteAsync(denoisers, denoised.Writer),
            Task.Run(() => FinishAsync(pipeline, lanes, modelHash, begun, denoised.Reader, stop.Token), CancellationToken.None),
        ];
        try
        {
            await StopTogetherAsync([.. stages, .. denoisers], stop).ConfigureAwait(false);
        }
        finally
        {
            Abandon(begun.Values, cancellation.IsCancellationRequested);
        }
    }

    private async Task EncodeAsync(
        DiffusionPipeline pipeline,
        LanePlan lanes,
        List<IReadOnlyList<RenderJob>> batches,
        ConcurrentDictionary<string, BatchWork> begun,
        ChannelWriter<BatchWork> next,
        CancellationToken cancellation)
    {
        try
        {
            var caption = new CaptionStage(campaign.Captioner, campaign.Settings, keeper.Meter, keeper.Lease, campaign.Time);
            var encode = new EncodeStage(pipeline, campaign.Settings, keeper.Meter, lanes.ThreadsPerRun, campaign.Observer);
            foreach (var (jobs, number) in batches.Select((jobs, i) => (jobs, i + 1)))
            {
                cancellation.ThrowIfCancellationRequested();
                var batch = new BatchWork($"{keeper.Lease.Id}-b{number}", [.. jobs.Select(job => new RenderItem(job, AttemptOf(job)))]);
                _books.Begin(batch);
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

    private int AttemptOf(RenderJob job) => (_before.GetValueOrDefault(job.RenderId)?.Attempt ?? 0) + 1;

    private async Task DenoiseAsync(
        DiffusionPipeline pipeline, LanePlan lanes, ChannelReader<BatchWork> from, ChannelWriter<BatchWork> to, CancellationToken cancellation)
    {
        using var stage = new DenoiseStage(
            pipeline.CreateDenoiser(), campaign.Settings, keeper.Meter, lanes.ThreadsPerRun, campaign.Observer);
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
        DiffusionPipeline pipeline,
        LanePlan lanes,
        string modelHash,
        ConcurrentDictionary<string, BatchWork> begun,
        ChannelReader<BatchWork> from,
        CancellationToken cancellation)
    {
        var finish = new FinishStage(
            pipeline, campaign.Settings, store, _books, keeper, campaign.Observer, modelHash, lanes.ThreadsPerRun, campaign.Time);
        await foreach (var batch in from.ReadAllAsync(cancellation).ConfigureAwait(false))
        {
            _delivered += finish.Run(batch);
            begun.TryRemove(batch.Id, out _);
            foreach (var item in batch.Items.Where(i => i.Failure is not null))
            {
                _failures.Add(new RowError(item.Job.Line, item.Job.Id, "", item.Failure!));
            }
        }
    }

    /// <summary>Books what batches in flight used when the run stopped before their end.</summary>
    private void Abandon(IEnumerable<BatchWork> inFlight, bool cancelled)
    {
        foreach (var batch in inFlight)
        {
            _books.Abandon(
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
