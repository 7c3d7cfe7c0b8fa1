using Farthing.Diffusion.Sessions;
using Farthing.Rendering.Jobs;
using Farthing.Rendering.Manifests;
using Farthing.Rendering.Precision;

namespace Farthing.Tests.Rendering.Jobs;

public sealed class RunIdentityTests
{
    private const string DemoHash = "d8dc1cae2f6b8dbd8016bae1df64ac84b5e516c27418e5c461ffce4d8f83ff2c";

    private static RenderSettings Settings { get; } = new() { ModelDirectory = "/tmp/m", OutputFolder = "/tmp/o", Steps = 2, Seed = 5 };

    private static PrecisionRule Always { get; } = new() { Use = [new PrecisionUse(ModelPrecision.Int8)] };

    [Fact]
    public void Ids_that_the_first_version_gave_are_given_still()
    {
        var row = new RenderRequest { Id = "red-mug", Line = 2, Prompt = "a red mug", Seed = 5 };
        var shape = new JobShape(128, 128, 2, RenderSettings.DefaultGuidance, HasProduct: false);

        Assert.Equal("run-123ddcaf0ed4", RunIdentity.RunId("a red mug", Settings, ""));
        Assert.Equal("r-4e933fa35225aea7e45f", RunIdentity.RenderId(row, shape, 5, null, Settings with { Seed = null }, DemoHash));
    }

    [Fact]
    public void Full_precision_and_no_rules_are_the_run_that_they_always_were()
    {
        string known = RunIdentity.RunId("x", Settings, "");
        Assert.Equal(known, RunIdentity.RunId("x", With(new PrecisionSettings { Asked = ModelPrecision.Fp32, Rules = [Always], Force = true }), ""));
        Assert.Equal(known, RunIdentity.RunId("x", With(new PrecisionSettings { TrustedKeys = ["k"] }), ""));
    }

    [Fact]
    public void Other_precisions_are_other_runs_and_the_model_alone_decides_a_render()
    {
        PrecisionSettings[] settings =
        [
            new(), new() { Asked = ModelPrecision.Int8 }, new() { Asked = ModelPrecision.Fp16 }, new() { Rules = [Always] },
            new() { Rules = [Always with { MinPixels = 4 }] },
            new() { Asked = ModelPrecision.Int8, Directories = new Dictionary<ModelPrecision, string> { [ModelPrecision.Int8] = "/tmp/q" } },
        ];
        Assert.Equal(settings.Length, settings.Select(s => RunIdentity.RunId("x", With(s), "")).Distinct().Count());

        var row = new RenderRequest { Id = "a", Line = 2, Prompt = "p" };
        var shape = new JobShape(128, 128, 2, 5, HasProduct: false);
        Assert.Single(settings.Select(s => RunIdentity.RenderId(row, shape, 5, null, With(s), DemoHash)).Distinct());
        Assert.NotEqual(
            RunIdentity.RenderId(row, shape, 5, null, Settings, DemoHash), RunIdentity.RenderId(row, shape, 5, null, Settings, "other"));
    }

    private static RenderSettings With(PrecisionSettings precision) => Settings with { Precision = precision };
}
