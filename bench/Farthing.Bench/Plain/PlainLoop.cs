using System.Numerics.Tensors;
using Farthing.Diffusion.Guidance;
using Farthing.Diffusion.Latents;
using Farthing.Diffusion.Randomness;
using Farthing.Diffusion.Schedulers;
using Farthing.Diffusion.Sessions;
using Farthing.Rendering.Captions;
using Farthing.Rendering.Jobs;

namespace Farthing.Bench.Plain;

/// <summary>
/// The same pictures in the way of optimum's Python pipeline: one at a time, the models as exported with default options, and
/// fresh tensors for every call and step. No ledger, no records, no fsync.
/// </summary>
internal sealed class PlainLoop(ModelDirectory model, RenderSettings settings, Action onDenoising) : IDisposable
{
    private readonly TemplateCaptioner _captioner = new();
    private readonly PlainText _text = new(model);
    private readonly PlainSession _unet = new(model.ModelFile("unet"));
    private readonly PlainSession _encoder = new(model.ModelFile("vae_encoder"));
    private readonly PlainSession _decoder = new(model.ModelFile("vae_decoder"));
    private readonly Scheduler _scheduler = SchedulerFactory.Create(
        settings.Scheduler, SchedulerConfig.Load(Path.Combine(model.Folder("scheduler"), "scheduler_config.json")));

    /// <summary>Renders one row to the output folder.</summary>
    public void Render(RenderJob job)
    {
        var caption = _captioner.Caption(job.Prompt);
        var scene = new PlainScene(job, settings);
        var conditions = Condition(job, _text.Encode(job.Shape.HasProduct ? caption.Scene : caption.Full));
        var generator = new TorchGenerator(job.Seed);
        float scale = model.Vae.ScalingFactor!.Value;
        var source = scene.Encode(_encoder, generator, scale);
        onDenoising();
        float[] latents = Denoise(job, generator, conditions, source);
        VaeLatents.ScaleForDecoder(latents, scale);
        float[] planes = _decoder.Run(("latent_sample", latents, [1, 4, Cells(job.Shape.Height), Cells(job.Shape.Width)]))["sample"];
        scene.Finish(planes, Path.Combine(settings.OutputFolder, job.Id + ".png"));
    }

    public void Dispose()
    {
        _text.Dispose();
        _unet.Dispose();
        _encoder.Dispose();
        _decoder.Dispose();
    }

    private float[] Denoise(
        RenderJob job, TorchGenerator generator, PlainConditions conditions, (float[] Clean, float[] Mask)? source)
    {
        int height = Cells(job.Shape.Height), width = Cells(job.Shape.Width), length = 4 * height * width;
        var plan = _scheduler.Plan(job.Shape.Steps);
        var sampler = plan.CreateSampler(length);
        float[] noise = Normal(generator, length);
        if (source is not null)
        {
            // diffusers draws the masked picture's latents too.
            _ = Normal(generator, length);
        }

        float[] latents = new float[length];
        TensorPrimitives.Multiply(noise, plan.InitNoiseSigma, latents);
        for (int i = 0; i < plan.Count; i++)
        {
            float[] scaled = new float[length];
            plan.ScaleModelInput(i, latents, scaled);
            float[] sample = conditions.Rows == 2 ? [.. scaled, .. scaled] : scaled;
            float[] prediction = Predict(sample, plan.Timesteps[i], height, width, conditions);
            if (conditions.Rows == 2)
            {
                float[] guided = new float[length];
                ClassifierFreeGuidance.Combine<float>(prediction, (float)job.Shape.Guidance, guided);
                prediction = guided;
            }

            sampler.Step(i, prediction, latents, plan.NeedsNoise(i) ? Normal(generator, length) : []);
            if (source is { } kept)
            {
                float[] proper = new float[length];
                plan.AddNoise(kept.Clean, noise, i + 1, proper);
                InpaintBlend.Apply(kept.Mask, proper, latents);
            }
        }

        return latents;
    }

    private float[] Predict(float[] sample, float timestep, int height, int width, PlainConditions conditions)
    {
        int rows = conditions.Rows;
        List<(string, Array, long[])> inputs =
        [
            ("sample", sample, [rows, 4, height, width]),
            ("timestep", new[] { timestep }, _unet.TakesScalar("timestep") ? [] : [1]),
            ("encoder_hidden_states", conditions.States, [rows, conditions.Sequence, conditions.States.Length / rows / conditions.Sequence]),
        ];
        if (model.IsXl)
        {
            inputs.Add(("text_embeds", conditions.Pooled, [rows, conditions.Pooled.Length / rows]));
            inputs.Add(("time_ids", conditions.TimeIds, [rows, TimeIds.Length]));
        }

        return _unet.Run([.. inputs])["out_sample"];
    }

    private PlainConditions Condition(RenderJob job, (float[] States, float[] Pooled, int Sequence) prompt)
    {
        bool guided = job.Shape.Guidance > 1;
        float[] timeIds = new float[(guided ? 2 : 1) * TimeIds.Length];
        TimeIds.ForSize(job.Shape.Height, job.Shape.Width).Write(timeIds);
        if (!guided)
        {
            return new PlainConditions(1, prompt.States, prompt.Pooled, timeIds, prompt.Sequence);
        }

        bool zeros = job.NegativePrompt is null && model.Index.ForceZerosForEmptyPrompt;
        var negative = zeros
            ? (States: new float[prompt.States.Length], Pooled: new float[prompt.Pooled.Length], prompt.Sequence)
            : _text.Encode(job.NegativePrompt ?? "");
        return new PlainConditions(2, [.. negative.States, .. prompt.States], [.. negative.Pooled, .. prompt.Pooled], timeIds, prompt.Sequence);
    }

    private static float[] Normal(TorchGenerator generator, int length)
    {
        float[] values = new float[length];
        generator.FillNormal(values);
        return values;
    }

    private int Cells(int pixels) => pixels / model.PixelsPerCell;
}
