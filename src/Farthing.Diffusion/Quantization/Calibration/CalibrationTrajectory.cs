using Farthing.Diffusion.Guidance;
using Farthing.Diffusion.Pipelines;
using Farthing.Diffusion.Schedulers;
using Farthing.Diffusion.Sessions;

namespace Farthing.Diffusion.Quantization.Calibration;

/// <summary>
/// Denoises a batch of prompts with the pipeline's encoders, scheduler and guidance, by a UNet that is given: every noise
/// level of a render is met, with latents as a render has them there.
/// </summary>
internal sealed class CalibrationTrajectory
{
    private readonly SamplingPlan _plan;
    private readonly Sampler _sampler;
    private readonly DenoiseStart _start;
    private readonly bool _guided;
    private readonly float[] _prediction;

    public CalibrationTrajectory(DiffusionPipeline pipeline, CalibrationSet set, IReadOnlyList<CalibrationPrompt> prompts)
    {
        int side = pipeline.Directory.NativeSize;
        Request = new DenoiseRequest
        {
            Items = Encode(pipeline, prompts),
            Width = side,
            Height = side,
            Steps = set.Steps,
            GuidanceScale = set.Guidance,
        };
        _plan = PlanOf(pipeline, set);
        _guided = pipeline.IsGuided(set.Guidance);
        Shape = pipeline.ShapeOf(prompts.Count, side, side, set.Guidance, Request.Items[0].Prompt.Sequence);
        _start = DenoiseStart.Create(Request, _plan, Shape, inpaintingModel: false);
        _sampler = _plan.CreateSampler(_start.Latents.Length);
        _prediction = new float[_start.Latents.Length];
        Scaled = new float[_start.Latents.Length];
    }

    /// <summary>The batch.</summary>
    public DenoiseRequest Request { get; }

    /// <summary>The shape of its UNet calls.</summary>
    public UNetShape Shape { get; }

    /// <summary>How many steps it has.</summary>
    public int Count => _plan.Count;

    /// <summary>The latents as the model takes them at the step that <see cref="Prepare"/> was called for.</summary>
    public float[] Scaled { get; }

    /// <summary>The latents as they are.</summary>
    public float[] Latents => _start.Latents;

    /// <summary>The steps of a calibration set's pictures.</summary>
    public static SamplingPlan PlanOf(DiffusionPipeline pipeline, CalibrationSet set) =>
        SchedulerFactory.FromModel(pipeline.SchedulerConfig).Plan(set.Steps, 1);

    /// <summary>Makes a step's input.</summary>
    /// <returns>Its timestep.</returns>
    public float Prepare(int step)
    {
        _plan.ScaleModelInput(step, _start.Latents, Scaled);
        return _plan.Timesteps[step];
    }

    /// <summary>Takes a step with what the UNet gave.</summary>
    public void Take(int step, ReadOnlySpan<float> output)
    {
        Guide(output, Request.GuidanceScale, _guided, _prediction);
        float[] noise = [];
        if (_plan.NeedsNoise(step))
        {
            noise = new float[_prediction.Length];
            int length = noise.Length / Request.Items.Count;
            for (int i = 0; i < Request.Items.Count; i++)
            {
                _start.Generators[i].FillNormal(noise.AsSpan(i * length, length));
            }
        }

        _sampler.Step(step, _prediction, _start.Latents, noise);
    }

    /// <summary>The guided prediction.</summary>
    public static void Guide(ReadOnlySpan<float> output, float scale, bool guided, Span<float> prediction)
    {
        if (guided)
        {
            ClassifierFreeGuidance.Combine(output, scale, prediction);
        }
        else
        {
            output.CopyTo(prediction);
        }
    }

    private static DenoiseItem[] Encode(DiffusionPipeline pipeline, IReadOnlyList<CalibrationPrompt> prompts)
    {
        var positive = pipeline.Encode([.. prompts.Select(p => p.Prompt)]);
        return
        [
            .. prompts.Select((prompt, i) => new DenoiseItem
            {
                Prompt = positive[i],
                Negative = prompt.Negative is { } negative ? pipeline.Encode([negative])[0] : null,
                Seed = prompt.Seed,
            }),
        ];
    }
}
