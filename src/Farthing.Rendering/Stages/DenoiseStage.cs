using Farthing.Diffusion.Pipelines;
using Farthing.Ledger.Metering;
using Farthing.Ledger.Posting;
using Farthing.Rendering.Jobs;

namespace Farthing.Rendering.Stages;

/// <summary>Denoises batches on one thread, with buffers of its own.</summary>
internal sealed class DenoiseStage(Denoiser denoiser, RenderSettings settings, LeaseMeter meter, int threads, IRenderObserver observer) : IDisposable
{
    public void Run(BatchWork batch, CancellationToken cancellation)
    {
        var live = batch.Live;
        observer.StageStarted(batch.Id, Stage.Denoise, live.Count);
        batch.Denoised = live;
        batch.Latents = batch.Metered(meter, Stage.Denoise, threads, () => denoiser.Denoise(
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

    public void Dispose() => denoiser.Dispose();
}
