using System.Text;
using Farthing.Diffusion.Schedulers;
using Farthing.Tests.Goldens;

namespace Farthing.Tests.Diffusion.Schedulers;

public sealed class SchedulerConfigTests
{
    [Fact]
    public void The_demo_model_s_own_configuration_is_dpm_karras()
    {
        var config = SchedulerConfig.Load(Path.Combine(Golden.DemoModel, "scheduler", "scheduler_config.json"));
        var scheduler = SchedulerFactory.FromModel(config);
        Assert.Equal("DPMSolverMultistepScheduler", scheduler.ClassName);
        Assert.Equal(
            [999, 970, 938, 905, 868, 829, 786, 739, 687, 630, 568, 500, 427, 352, 278, 207, 146, 96, 59, 34, 18, 9, 4, 1, 0],
            scheduler.Plan(25).Timesteps);
        Assert.Equal(scheduler.Plan(25).Sigmas, SchedulerFactory.Create(SchedulerKind.DpmPlusPlus2MKarras, config).Plan(25).Sigmas);
    }

    [Fact]
    public void Karras_levels_do_not_follow_into_a_plain_class_but_stay_with_their_own()
    {
        // The demo model's file asks for Karras levels for DPM++; Euler chosen by name is plain, as the golden pictures have it.
        var config = SchedulerConfig.Load(Path.Combine(Golden.DemoModel, "scheduler", "scheduler_config.json"));
        var plain = SchedulerFactory.Create(SchedulerKind.Euler, config with { UseKarrasSigmas = false }).Plan(8);
        var own = SchedulerFactory.Create(SchedulerKind.Euler, config with { ClassName = "EulerDiscreteScheduler" }).Plan(8);

        Assert.Equal(plain.Sigmas, SchedulerFactory.Create(SchedulerKind.Euler, config).Plan(8).Sigmas);
        Assert.Equal(
            SchedulerVariant.Named("euler_karras").Tensors.Values<float>("euler_karras/8/sigmas"), own.Sigmas, (a, b) => Math.Abs(a - b) <= 5e-5f * a);
    }

    [Theory]
    [InlineData("dpmpp-2m-karras", "DPMSolverMultistepScheduler")]
    [InlineData("dpmpp-2m-sde", "DPMSolverMultistepScheduler")]
    [InlineData("euler", "EulerDiscreteScheduler")]
    [InlineData("euler-a", "EulerAncestralDiscreteScheduler")]
    [InlineData("DDIM", "DDIMScheduler")]
    [InlineData("lcm", "LCMScheduler")]
    [InlineData("unipc", "UniPCMultistepScheduler")]
    public void Names_choose_classes(string name, string className)
    {
        Assert.True(SchedulerKindNames.TryParse(name, out var kind));
        Assert.Equal(name, kind.ToName(), ignoreCase: true);
        Assert.Equal(className, SchedulerFactory.Create(kind, SchedulerConfig.Empty).ClassName);
    }

    [Fact]
    public void Unknown_names_are_refused() => Assert.False(SchedulerKindNames.TryParse("plms", out _));

    [Fact]
    public void A_model_for_pndm_gets_the_fallback()
    {
        var config = Parse("""{"_class_name": "PNDMScheduler", "skip_prk_steps": true, "beta_schedule": "scaled_linear"}""");
        Assert.Equal("DPMSolverMultistepScheduler", SchedulerFactory.FromModel(config).ClassName);
        Assert.Equal("DDIMScheduler", SchedulerFactory.FromModel(config, SchedulerKind.Ddim).ClassName);
    }

    [Fact]
    public void An_unknown_class_is_refused_with_the_choices()
    {
        var error = Assert.Throws<SchedulerConfigException>(
            () => SchedulerFactory.FromModel(Parse("""{"_class_name": "HeunDiscreteScheduler"}""")));
        Assert.Contains("HeunDiscreteScheduler", error.Message);
        Assert.Contains("dpmpp-2m-karras", error.Message);
    }

    [Fact]
    public void Every_odd_value_is_named_at_once()
    {
        var error = Assert.Throws<SchedulerConfigException>(() => Parse(
            """
            {"num_train_timesteps": 0, "beta_start": "x", "beta_end": 2, "beta_schedule": "square", "trained_betas": [0.1, 7],
             "use_karras_sigmas": 1, "solver_order": 1.5, "algorithm_type": 3}
            """));
        Assert.Equal(8, error.Problems.Length);
        Assert.StartsWith("test.json: ", error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("")]
    [InlineData("[]")]
    [InlineData("{\"a\": }")]
    [InlineData("{\"a\": \"\\")]
    public void What_is_no_json_object_is_refused(string text) =>
        Assert.Throws<SchedulerConfigException>(() => Parse(text));

    [Fact]
    public void A_missing_file_is_refused() =>
        Assert.Throws<SchedulerConfigException>(() => SchedulerConfig.Load(Path.Combine(Path.GetTempPath(), "no-such-scheduler.json")));

    [Fact]
    public void Python_s_bare_infinity_is_understood()
    {
        var config = Parse("""{"lambda_min_clipped": -Infinity, "_class_name": "-Infinity \" NaN", "sigma_max": NaN}""");
        Assert.Equal("-Infinity \" NaN", config.ClassName);
        Assert.Null(config.SigmaMax);
        Assert.Equal(25, SchedulerFactory.Create(SchedulerKind.DpmPlusPlus2MKarras, config).Plan(25).Count);
    }

    [Fact]
    public void What_a_class_can_t_follow_is_refused_by_that_class_only()
    {
        var config = Parse("""{"thresholding": true, "use_beta_sigmas": true, "solver_order": 3, "algorithm_type": "dpmsolver"}""");
        var error = Assert.Throws<SchedulerConfigException>(
            () => SchedulerFactory.FromModel(config with { ClassName = "DPMSolverMultistepScheduler" }));
        Assert.Equal(4, error.Problems.Length);
        Assert.Equal("EulerAncestralDiscreteScheduler", SchedulerFactory.Create(SchedulerKind.EulerAncestral, config).ClassName);
    }

    [Fact]
    public void Two_training_timesteps_are_enough_for_every_scheduler()
    {
        var config = Parse("""{"trained_betas": [0.1, 0.2], "original_inference_steps": 2, "interpolation_type": "linear"}""");
        foreach (var kind in Enum.GetValues<SchedulerKind>())
        {
            Assert.Equal(1, SchedulerFactory.Create(kind, config).Plan(1).Count);
        }

        Assert.Throws<SchedulerConfigException>(() => Parse("""{"trained_betas": [0.1]}"""));
        Assert.Throws<SchedulerConfigException>(
            () => SchedulerFactory.Create(SchedulerKind.Euler, Parse("""{"interpolation_type": 3}""")));
    }

    [Theory]
    [InlineData(0, 1.0)]
    [InlineData(1001, 1.0)]
    [InlineData(10, 0.05)]
    [InlineData(10, 1.01)]
    [InlineData(10, -0.1)]
    [InlineData(10, double.NaN)]
    public void Runs_without_a_step_are_refused(int steps, double strength)
    {
        var scheduler = SchedulerFactory.FromModel(SchedulerConfig.Empty);
        Assert.Throws<ArgumentOutOfRangeException>(() => scheduler.Plan(steps, strength));
    }

    [Fact]
    public void A_run_that_would_not_be_finite_is_refused()
    {
        var scheduler = SchedulerFactory.FromModel(SchedulerVariant.Named("unipc_not_lower_order_final").Config);
        var error = Assert.Throws<SchedulerConfigException>(() => scheduler.Plan(8));
        Assert.Contains("sigma_min", error.Message);
    }

    [Fact]
    public void Bh1_stays_finite_at_zero_noise() =>
        Assert.Equal(8, SchedulerFactory.FromModel(SchedulerVariant.Named("unipc_bh1").Config).Plan(8).Count);

    [Theory]
    [InlineData("linear")]
    [InlineData("scaled_linear")]
    [InlineData("squaredcos_cap_v2")]
    public void A_zero_snr_schedule_ends_in_pure_noise(string betas)
    {
        var config = Parse(
            $$"""{"beta_schedule": "{{betas}}", "rescale_betas_zero_snr": true, "prediction_type": "v_prediction", "timestep_spacing": "trailing"}""");
        foreach (var kind in Enum.GetValues<SchedulerKind>())
        {
            var schedule = SchedulerFactory.Create(kind, config).Schedule;
            Assert.InRange(schedule.AlphasCumprod[^1], 0, 1e-7f);
            Assert.Equal(1 - schedule.Betas[0], schedule.AlphasCumprod[0], 1e-6f);
        }

        Assert.Equal(10, SchedulerFactory.Create(SchedulerKind.Ddim, config).Plan(10).Count);
    }

    private static SchedulerConfig Parse(string json) => SchedulerConfig.Parse(Encoding.UTF8.GetBytes(json), "test.json");
}
