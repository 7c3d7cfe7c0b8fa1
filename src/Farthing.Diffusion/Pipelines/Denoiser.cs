using Farthing.Diffusion.Guidance;
using Farthing.Diffusion.Schedulers;
using Farthing.Diffusion.Sessions;

namespace Farthing.Diffusion.Pipelines;

/// <summary>
/// Denoises batches on one thread. Buffers and bindings are kept from batch to batch of one shape; a step allocates
/// nothing outside ONNX Runtime.
/// </summary>
public sealed class Denoiser : IDisposable
{
    private readonly DiffusionPipeline _pipeline;
    private readonly UNet _unet;
    private UNetRun? _run;

    internal Denoiser(DiffusionPipeline pipeline, UNet unet) => (_pipeline, _unet) = (pipeline, unet);

    /// <summary>Runs a batch.</summary>
    /// <param name="request">The pictures and their settings.</param>
    /// <param name="cancellation">Looked at between steps.</param>
    /// <returns>Latents [items, 4, height/8, width/8], to be given to <see cref="DiffusionPipeline.Decode"/>.</returns>
    /// <exception cref="ArgumentException">The request does not fit the model; the message says how.</exception>
    /// <exception cref="OperationCanceledException">It was cancelled.</exception>
    public float[] Denoise(DenoiseRequest request, CancellationToken cancellation = default)
    {
        DenoiseRequestChecks.Check(request, _pipeline);
        var scheduler = request.Scheduler is { } kind
            ? SchedulerFactory.Create(kind, _pipeline.SchedulerConfig)
            : SchedulerFactory.FromModel(_pipeline.SchedulerConfig);
        bool fromSource = request.Items[0].Source is not null;
        var plan = scheduler.Plan(request.Steps, fromSource ? request.Strength : 1);
        bool guided = _pipeline.IsGuided(request.GuidanceScale);
        var run = Prepare(request, guided);
        var start = DenoiseStart.Create(request, plan, run.Shape, _pipeline.IsInpaintingModel);
        var loop = new DenoiseLoop(request, plan, run, start, guided);
        loop.Run(cancellation);
        return start.Latents;
    }

    /// <inheritdoc/>
    public void Dispose() => _run?.Dispose();

    private UNetRun Prepare(DenoiseRequest request, bool guided)
    {
        int items = request.Items.Count;
        var shape = _pipeline.ShapeOf(items, request.Width, request.Height, request.GuidanceScale, request.Items[0].Prompt.Sequence);
        if (_run?.Shape != shape)
        {
            _run?.Dispose();
            _run = new UNetRun(_unet, shape);
        }

        for (int i = 0; i < items; i++)
        {
            var item = request.Items[i];
            if (guided)
            {
                var negative = item.Negative ?? _pipeline.Unconditional;
                _run.SetText(i, negative.States, negative.Pooled);
            }

            _run.SetText(guided ? items + i : i, item.Prompt.States, item.Prompt.Pooled);
        }

        float[] timeIds = new float[TimeIds.Length];
        TimeIds.ForSize(request.Height, request.Width).Write(timeIds);
        _run.Begin(timeIds, GuidanceEmbedding.Of(request.GuidanceScale, _unet.Signature.GuidanceWidth));
        return _run;
    }
}
