using Farthing.Diffusion.Latents;
using Farthing.Diffusion.Schedulers;
using Farthing.Tests.Diffusion.Schedulers;
using Farthing.Tests.Goldens;

namespace Farthing.Tests.Diffusion.Latents;

/// <summary>The inpainting loop on the analytic model against diffusers, step by step.</summary>
public sealed class GoldenInpaintTests
{
    private static readonly SafetensorsFile Expected = Golden.Tensors("guidance", "guidance.safetensors");

    [Theory]
    [InlineData("dpm_karras", "2m_karras", 8, 1.0, "8_1.0")]
    [InlineData("dpm_karras", "2m_karras", 25, 0.6, "25_0.6")]
    [InlineData("dpm_karras", "2m_karras", 10, 0.9999, "10_0.9999")]
    [InlineData("dpm", "2m", 8, 1.0, "8_1.0")]
    [InlineData("dpm", "2m", 25, 0.6, "25_0.6")]
    [InlineData("dpm", "2m", 10, 0.9999, "10_0.9999")]
    [InlineData("euler", "euler", 8, 1.0, "8_1.0")]
    [InlineData("euler", "euler", 25, 0.6, "25_0.6")]
    [InlineData("euler", "euler", 10, 0.9999, "10_0.9999")]
    public void Kept_parts_stay_through_the_run(
        string scheduler, string variant, int steps, double strength, string run)
    {
        string prefix = $"inpaint/{scheduler}/{run}";
        var plan = SchedulerFactory.FromModel(SchedulerVariant.Named(variant).Config).Plan(steps, strength);
        var picture = Expected.Values<float>("inpaint/image_latents");
        var noise = Expected.Values<float>("inpaint/noise");
        var mask = Expected.Values<float>("inpaint/mask");
        var timesteps = Expected.Values<float>($"{prefix}/timesteps");
        Assert.InRange(Deviation.Absolute(timesteps, plan.Timesteps.AsSpan()), 0, 1e-3);

        var latents = new float[picture.Length];
        if (strength == 1)
        {
            latents = [.. noise.Select(n => n * plan.InitNoiseSigma)];
        }
        else
        {
            plan.AddNoise(picture, noise, 0, latents);
        }

        Assert.InRange(Deviation.Scaled(Expected.Values<float>($"{prefix}/start"), latents), 0, 1e-5);
        var (input, output, proper) = (new float[latents.Length], new float[latents.Length], new float[latents.Length]);
        var expectedLatents = Expected.Values<float>($"{prefix}/latents");
        var expectedProper = Expected.Values<float>($"{prefix}/proper");
        var sampler = plan.CreateSampler(latents.Length);
        for (int i = 0; i < plan.Count; i++)
        {
            plan.ScaleModelInput(i, latents, input);
            AnalyticModel.Run(input, plan.Timesteps[i], output);
            sampler.Step(i, output, latents);
            plan.AddNoise(picture, noise, i + 1, proper);
            InpaintBlend.Apply(mask, proper, latents);

            var at = new Range(i * latents.Length, (i + 1) * latents.Length);
            Assert.InRange(Deviation.Scaled(expectedProper.AsSpan()[at], proper), 0, 1e-5);
            Assert.InRange(Deviation.Scaled(expectedLatents.AsSpan()[at], latents), 0, 1e-4);
        }
    }
}
