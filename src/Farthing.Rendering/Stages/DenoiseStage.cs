using Farthing.Diffusion.Pipelines;
using Farthing.Ledger.Metering;
using Farthing.Ledger.Posting;
using Farthing.Rendering.Jobs;
using Farthing.Rendering.Precision;

namespace Farthing.Rendering.Stages;

/// <summary>Denoises batches on one thread, with buffers of its own.</summary>
internal sealed class DenoiseStage(LoadedModels models, RenderSettings settings, LeaseMeter meter, int threads, IRenderObserver observer) : IDisposable
{
    private readonly Dictionary<string, Denoiser> _denoisers = new(StringComparer.Ordinal);

    public void Run(BatchWork batch, CancellationToken cancellation)
    {
        var live = batch.Live;
        observer.StageStarted(batch.Id, Stage.Denoise, live.Count);
        batch.Denoised = live;
        batch.Latents = batch.Metered(meter, Stage.Denoise, threads, () => DenoiserOf(batch).Denoise(
            new DenoiseRequest
            {
                Items = [.. live.Select(i => i.Input!)],
                Width = batch.Shape.Width,
                Height = batch.Shape.Height,
                Scheduler = settings.Scheduler,
                Steps = batch.Shape.Steps,
                GuidanceScale = (float)batch.Shape.Guidance,
                Strength = (float)settings.Strength,
                OnStep = progress => observer.StepDone(batch.Id, progress.Step, progress.Steps),
            },
            cancellation));
    }

    public void Dispose()
    {
        foreach (var denoiser in _denoisers.Values)
        {
            denoiser.Dispose();
        }
    }

    private Denoiser DenoiserOf(BatchWork batch) => _denoisers.TryGetValue(batch.Model.Hash, out var known)
        ? known
        : _denoisers[batch.Model.Hash] = models.CreateDenoiser(batch.Model);
}
