using System.Numerics.Tensors;
using Farthing.Diffusion.Pipelines;
using Farthing.Diffusion.Sessions;

namespace Farthing.Diffusion.Evaluation;

/// <summary>One of the two models: renders batches and tells how long each took.</summary>
internal sealed class RenderSide : IDisposable
{
    private readonly DiffusionPipeline _pipeline;
    private readonly Denoiser _denoiser;
    private readonly EvaluationPlan _plan;
    private readonly TimeProvider _time;

    private RenderSide(DiffusionPipeline pipeline, EvaluationPlan plan, TimeProvider time)
    {
        (_pipeline, _plan, _time) = (pipeline, plan, time);
        _denoiser = pipeline.CreateDenoiser();
    }

    /// <summary>Loads a model.</summary>
    /// <exception cref="ModelDirectoryException">It can't be run.</exception>
    public static RenderSide Load(string directory, EvaluationPlan plan, TimeProvider time)
    {
        var pipeline = DiffusionPipeline.Load(directory, new PipelineOptions { Execution = new ExecutionOptions { ThreadsPerRun = plan.Threads } });
        return new RenderSide(pipeline, plan, time);
    }

    /// <summary>Compiles the UNet for the batches that will come, and touches all of the model's memory once.</summary>
    public void WarmUp(IReadOnlyList<EvaluationItem[]> batches)
    {
        foreach (var batch in batches.DistinctBy(static batch => batch.Length))
        {
            _pipeline.WarmUp(batch.Length, _plan.Width, _plan.Height, (float)_plan.Guidance);
        }

        Draw(batches[0], steps: 1, CancellationToken.None);
    }

    /// <summary>Renders a batch. A picture that is no picture comes as null.</summary>
    public (RgbPicture?[] Pictures, double Seconds) Render(EvaluationItem[] batch, CancellationToken cancellation)
    {
        long start = _time.GetTimestamp();
        var pictures = Draw(batch, _plan.Steps, cancellation);
        return (pictures, _time.GetElapsedTime(start).TotalSeconds);
    }

    public void Dispose()
    {
        _denoiser.Dispose();
        _pipeline.Dispose();
    }

    private RgbPicture?[] Draw(EvaluationItem[] batch, int steps, CancellationToken cancellation)
    {
        var prompts = _pipeline.Encode([.. batch.Select(static item => item.Text)]);
        float[] latents = _denoiser.Denoise(
            new DenoiseRequest
            {
                Items = [.. batch.Select((item, i) => Input(item, prompts[i]))],
                Width = _plan.Width,
                Height = _plan.Height,
                Scheduler = _plan.Scheduler,
                Steps = steps,
                GuidanceScale = (float)_plan.Guidance,
            },
            cancellation);
        int length = latents.Length / batch.Length;
        return [.. batch.Select((_, i) => Decode(latents.AsSpan(i * length, length)))];
    }

    private DenoiseItem Input(EvaluationItem item, EncodedPrompt prompt) => new()
    {
        Prompt = prompt,
        Negative = item.Negative is { } negative ? _pipeline.Encode([negative])[0] : null,
        Seed = item.Seed,
        Source = item.Product is { } product ? _pipeline.Encode(product.Canvas) : null,
        Mask = item.Product?.Mask,
        MaskedSource = item.Product is { } masked && _pipeline.IsInpaintingModel
            ? _pipeline.EncodeMasked(masked.Canvas, PixelMask(masked.Mask))
            : null,
    };

    private float[] PixelMask(float[] cells)
    {
        int cell = _pipeline.Directory.PixelsPerCell, columns = _plan.Width / cell;
        float[] mask = new float[_plan.Width * _plan.Height];
        for (int i = 0; i < mask.Length; i++)
        {
            mask[i] = cells[i / _plan.Width / cell * columns + i % _plan.Width / cell];
        }

        return mask;
    }

    private RgbPicture? Decode(ReadOnlySpan<float> latents)
    {
        if (!float.IsFinite(TensorPrimitives.Sum(latents)))
        {
            return null;
        }

        try
        {
            return _pipeline.Decode(latents, _plan.Width, _plan.Height);
        }
        catch (DiffusionException)
        {
            return null;
        }
    }
}
