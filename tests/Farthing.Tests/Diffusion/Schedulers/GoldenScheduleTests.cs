using System.Globalization;
using Farthing.Diffusion.Schedulers;

namespace Farthing.Tests.Diffusion.Schedulers;

/// <summary>Timesteps, noise levels and added noise against diffusers.</summary>
public sealed class GoldenScheduleTests
{
    public static TheoryData<string> Variants => SchedulerVariant.Names;

    public static TheoryData<string> FiniteVariants => SchedulerVariant.FiniteNames;

    [Theory]
    [MemberData(nameof(Variants))]
    public void Timesteps_and_sigmas_follow_diffusers(string name)
    {
        var variant = SchedulerVariant.Named(name);
        var scheduler = SchedulerFactory.FromModel(variant.Config);
        bool whole = variant.Facts.GetProperty("timesteps_dtype").GetString() == "torch.int64";
        foreach (var count in variant.Facts.GetProperty("init_noise_sigma").EnumerateObject())
        {
            var times = scheduler.Times(int.Parse(count.Name, CultureInfo.InvariantCulture));
            var expected = variant.Tensors.Values<float>($"{name}/{count.Name}/timesteps");
            double deviation = Deviation.Absolute(expected, times.Timesteps);
            Assert.True(deviation <= (whole ? 0 : 1e-3), $"{count.Name} steps: timesteps off by {deviation}");

            string sigmas = $"{name}/{count.Name}/sigmas";
            if (variant.Tensors.Contains(sigmas))
            {
                deviation = Deviation.Relative(variant.Tensors.Values<float>(sigmas), times.Sigmas);
                Assert.True(deviation <= 5e-5, $"{count.Name} steps: sigmas off by {deviation}");
            }
        }
    }

    [Theory]
    [MemberData(nameof(FiniteVariants))]
    public void The_initial_noise_scale_follows_diffusers(string name)
    {
        var variant = SchedulerVariant.Named(name);
        var scheduler = SchedulerFactory.FromModel(variant.Config);
        foreach (var count in variant.Facts.GetProperty("init_noise_sigma").EnumerateObject())
        {
            var plan = scheduler.Plan(int.Parse(count.Name, CultureInfo.InvariantCulture));
            Assert.Equal(count.Value.GetDouble(), plan.InitNoiseSigma, 1e-5);
        }
    }

    [Theory]
    [MemberData(nameof(FiniteVariants))]
    public void Added_noise_follows_diffusers(string name)
    {
        var variant = SchedulerVariant.Named(name);
        var scheduler = SchedulerFactory.FromModel(variant.Config);
        var clean = SchedulerVariant.Common.Values<float>("init");
        var noise = SchedulerVariant.Common.Values<float>("noise");
        var plan = scheduler.Plan(25);
        var noisy = new float[clean.Length];
        foreach (int index in (int[])[0, 1, 12, 23, 24])
        {
            plan.AddNoise(clean, noise, index, noisy);
            var expected = variant.Tensors.Values<float>($"{name}/25/add_noise_{index}");
            Assert.InRange(Deviation.Scaled(expected, noisy), 0, 1e-5);
        }

        plan.AddNoise(clean, noise, plan.Count, noisy);
        Assert.Equal(clean, noisy);
    }

    [Fact]
    public void The_cumulative_product_is_the_library_s_own()
    {
        var expected = SchedulerVariant.Named("2m_karras").Tensors.Values<float>("alphas_cumprod");
        var actual = SchedulerFactory.FromModel(SchedulerVariant.Named("2m_karras").Config).Schedule.AlphasCumprod;
        Assert.InRange(Deviation.Relative(expected, actual.AsSpan()), 0, 1e-6);
    }

    [Fact]
    public void The_start_of_a_partial_run_follows_diffusers()
    {
        using var index = Goldens.Golden.Json("scheduler", "index.json");
        var table = index.RootElement.GetProperty("strength_table");
        double[] strengths = [.. table.GetProperty("strengths").EnumerateArray().Select(s => s.GetDouble())];
        foreach (var row in table.EnumerateObject().Where(r => int.TryParse(r.Name, out _)))
        {
            int steps = int.Parse(row.Name, CultureInfo.InvariantCulture);
            int[] expected = [.. row.Value.EnumerateArray().Select(v => v.GetInt32())];
            Assert.Equal(expected, strengths.Select(s => Scheduler.StartIndex(steps, s)));
        }
    }
}
