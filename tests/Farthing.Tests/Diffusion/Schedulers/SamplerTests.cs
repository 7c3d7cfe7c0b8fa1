using CsCheck;
using Farthing.Diffusion.Randomness;
using Farthing.Diffusion.Schedulers;

namespace Farthing.Tests.Diffusion.Schedulers;

/// <summary>Rules that hold for every scheduler's runs.</summary>
public sealed class SamplerTests
{
    private const int Length = 4 * 5 * 7;

    public static TheoryData<SchedulerKind> Kinds => [.. Enum.GetValues<SchedulerKind>()];

    [Theory]
    [MemberData(nameof(Kinds))]
    public void A_step_allocates_nothing(SchedulerKind kind)
    {
        var plan = Plan(kind, 6);
        var latents = Noise(1, Length);
        var output = Noise(2, Length);
        var noise = Noise(3, Length);
        var input = new float[Length];
        var sampler = plan.CreateSampler(Length);
        Run();
        Assert.Equal(0, Allocations.Least(() =>
        {
            sampler.Reset();
            Run();
        }));

        void Run()
        {
            for (int i = 0; i < plan.Count; i++)
            {
                plan.ScaleModelInput(i, latents, input);
                sampler.Step(i, output, latents, noise);
                plan.AddNoise(latents, noise, i, input);
            }
        }
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public void A_batch_of_two_equals_two_runs(SchedulerKind kind) =>
        Gen.Select(Gen.Int[1, 20], Gen.Double[0.3, 1], Gen.Long).Sample(
            (steps, strength, seed) =>
            {
                if (Scheduler.StartIndex(steps, strength) == steps)
                {
                    return;
                }

                var plan = Plan(kind, steps, strength);
                var first = Noise(seed, Length);
                var second = Noise(seed + 1, Length);
                float[] batch = [.. first, .. second];
                Run(plan, batch, seed, 2);
                Run(plan, first, seed, 1);
                Run(plan, second, seed, 1);
                Assert.Equal([.. first, .. second], batch);
            },
            iter: 20);

    [Theory]
    [MemberData(nameof(Kinds))]
    public void A_reset_run_is_the_same_again(SchedulerKind kind)
    {
        var plan = Plan(kind, 7);
        var sampler = plan.CreateSampler(Length);
        var first = Noise(1, Length);
        Run(plan, first, 2, 1, sampler);
        sampler.Reset();
        var second = Noise(1, Length);
        Run(plan, second, 2, 1, sampler);
        Assert.Equal(first, second);
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public void A_perfect_model_is_followed_to_the_clean_latents(SchedulerKind kind)
    {
        // A model that always knows the noise that is left leads every method to the same clean latents.
        var plan = Plan(kind, 12);
        var clean = Noise(4, Length);
        var latents = Noise(5, Length).Select(n => n * plan.InitNoiseSigma).ToArray();
        var output = new float[Length];
        var share = new float[Length];
        var zeros = new float[Length];
        var ones = Enumerable.Repeat(1f, Length).ToArray();
        var sampler = plan.CreateSampler(Length);
        for (int i = 0; i < plan.Count; i++)
        {
            plan.AddNoise(clean, zeros, i, share);
            float noiseShare = NoiseShare(plan, i, zeros, ones);
            for (int k = 0; k < Length; k++)
            {
                output[k] = (latents[k] - share[k]) / noiseShare;
            }

            sampler.Step(i, output, latents, Noise(10 + i, Length));
            Assert.InRange(Deviation.Scaled(clean, sampler.Denoised), 0, 1e-3);
        }

        // LCM ends a little short of its prediction, by its boundary condition; DDIM at the first timestep.
        Assert.InRange(Deviation.Scaled(clean, latents), 0, kind is SchedulerKind.Ddim or SchedulerKind.Lcm ? 0.1 : 1e-3);
    }

    [Fact]
    public void Steps_are_done_in_order()
    {
        var sampler = Plan(SchedulerKind.Euler, 5).CreateSampler(4);
        Assert.Throws<InvalidOperationException>(() => sampler.Step(1, new float[4], new float[4]));
        sampler.Step(0, new float[4], new float[4]);
        Assert.Throws<InvalidOperationException>(() => sampler.Step(0, new float[4], new float[4]));
    }

    [Fact]
    public void Wrong_lengths_are_refused()
    {
        var plan = Plan(SchedulerKind.EulerAncestral, 5);
        var sampler = plan.CreateSampler(4);
        Assert.Throws<ArgumentException>(() => sampler.Step(0, new float[3], new float[4], new float[4]));
        Assert.Throws<ArgumentException>(() => sampler.Step(0, new float[4], new float[5], new float[4]));
        Assert.Throws<ArgumentException>(() => sampler.Step(0, new float[4], new float[4]));
        Assert.Throws<ArgumentException>(() => plan.AddNoise(new float[4], new float[3], 0, new float[4]));
        Assert.Throws<ArgumentException>(() => plan.ScaleModelInput(0, new float[4], new float[3]));
    }

    private static float NoiseShare(SamplingPlan plan, int index, float[] zeros, float[] ones)
    {
        var share = new float[Length];
        plan.AddNoise(zeros, ones, index, share);
        return share[0];
    }

    private static void Run(SamplingPlan plan, float[] latents, long seed, int batch, Sampler? sampler = null)
    {
        sampler ??= plan.CreateSampler(latents.Length);
        var input = new float[latents.Length];
        var output = new float[latents.Length];
        for (int i = 0; i < plan.Count; i++)
        {
            plan.ScaleModelInput(i, latents, input);
            AnalyticModel.Run(input, plan.Timesteps[i], output);
            var noise = Noise(seed + i, Length);
            sampler.Step(i, output, latents, batch == 1 ? noise : [.. noise, .. noise]);
        }
    }

    private static float[] Noise(long seed, int length)
    {
        var values = new float[length];
        new TorchGenerator(seed).FillNormal(values);
        return values;
    }

    private static SamplingPlan Plan(SchedulerKind kind, int steps, double strength = 1) =>
        SchedulerFactory.Create(kind, SchedulerVariant.Named("2m").Config).Plan(steps, strength);
}
