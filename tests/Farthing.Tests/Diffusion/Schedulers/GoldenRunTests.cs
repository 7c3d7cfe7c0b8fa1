using Farthing.Diffusion.Schedulers;

namespace Farthing.Tests.Diffusion.Schedulers;

/// <summary>Whole runs on the analytic model against diffusers, step by step.</summary>
public sealed class GoldenRunTests
{
    public static TheoryData<string> Variants => SchedulerVariant.FiniteNames;

    [Theory]
    [MemberData(nameof(Variants))]
    public void Latents_follow_diffusers(string name)
    {
        var variant = SchedulerVariant.Named(name);
        var scheduler = SchedulerFactory.FromModel(variant.Config);
        foreach (int steps in (int[])[8, 25])
        {
            var plan = scheduler.Plan(steps);
            var latents = SchedulerVariant.Common.Values<float>("start");
            for (int i = 0; i < latents.Length; i++)
            {
                latents[i] *= plan.InitNoiseSigma;
            }

            var scaled = new float[latents.Length];
            plan.ScaleModelInput(0, latents, scaled);
            var expected = variant.Tensors.Values<float>($"{name}/{steps}/scaled_input_first");
            Assert.InRange(Deviation.Scaled(expected, scaled), 0, 1e-5);
            Follow(variant, plan, latents, $"{name}/{steps}");
        }
    }

    [Theory]
    [MemberData(nameof(Variants))]
    public void Partial_runs_follow_diffusers(string name)
    {
        var variant = SchedulerVariant.Named(name);
        var scheduler = SchedulerFactory.FromModel(variant.Config);
        var clean = SchedulerVariant.Common.Values<float>("init");
        var noise = SchedulerVariant.Common.Values<float>("noise");
        foreach (var (steps, strength) in (ReadOnlySpan<(int, double)>)[(25, 0.3), (25, 0.6), (8, 0.6)])
        {
            var plan = scheduler.Plan(steps, strength);
            string prefix = FormattableString.Invariant($"{name}/{steps}/strength_{strength}");
            int begin = variant.Facts.GetProperty("begin")
                .GetProperty(FormattableString.Invariant($"{steps}/{strength}")).GetInt32();
            Assert.Equal(begin, plan.StartIndex);
            var timesteps = variant.Tensors.Values<float>($"{prefix}/timesteps");
            Assert.InRange(Deviation.Absolute(timesteps, plan.Timesteps.AsSpan()), 0, 1e-3);

            var latents = new float[clean.Length];
            plan.AddNoise(clean, noise, 0, latents);
            var start = variant.Tensors.Values<float>($"{prefix}/start");
            Assert.InRange(Deviation.Scaled(start, latents), 0, 1e-5);
            Follow(variant, plan, latents, prefix);
        }
    }

    private static void Follow(SchedulerVariant variant, SamplingPlan plan, float[] latents, string prefix)
    {
        var expected = variant.Tensors.Values<float>($"{prefix}/latents");
        var noise = SchedulerVariant.Common.Values<float>("step_noise");
        var input = new float[latents.Length];
        var output = new float[latents.Length];
        var sampler = plan.CreateSampler(latents.Length);
        double worst = 0;
        for (int i = 0; i < plan.Count; i++)
        {
            plan.ScaleModelInput(i, latents, input);
            AnalyticModel.Run(input, plan.Timesteps[i], output);
            sampler.Step(i, output, latents, noise.AsSpan(i * latents.Length, latents.Length));
            worst = Math.Max(worst, Deviation.Scaled(expected.AsSpan(i * latents.Length, latents.Length), latents));
        }

        TestContext.Current.SendDiagnosticMessage($"{prefix}: {worst:E1}");
        Assert.True(worst <= variant.LatentTolerance, $"{prefix}: latents off by {worst}");
    }
}
