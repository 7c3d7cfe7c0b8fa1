using Farthing.Diffusion.Pipelines;
using Farthing.Diffusion.Schedulers;
using Farthing.Diffusion.Sessions;

namespace Farthing.Tests.Diffusion.Pipelines;

[Collection(nameof(DemoPipelines))]
public sealed class DenoiseLoopTests(DemoPipelines pipelines)
{
    [Theory]
    [InlineData(SchedulerKind.DpmPlusPlus2MKarras)]
    [InlineData(SchedulerKind.EulerAncestral)]
    [InlineData(SchedulerKind.UniPc)]
    public void A_step_allocates_nothing_outside_onnx_runtime(SchedulerKind kind)
    {
        var request = Request(2) with { Scheduler = kind, Steps = 8 };
        var plan = SchedulerFactory.Create(kind, pipelines.ClipOnly.SchedulerConfig).Plan(request.Steps);
        using var run = new UNetRun(pipelines.ClipOnly.UNet, new UNetShape(4, 16, 16, 77));
        for (int row = 0; row < 4; row++)
        {
            run.SetText(row, request.Items[0].Prompt.States, request.Items[0].Prompt.Pooled);
        }

        run.Begin([128, 128, 0, 0, 128, 128], []);
        var loop = new DenoiseLoop(request, plan, run, DenoiseStart.Create(request, plan, run.Shape, inpaintingModel: false), guided: true);
        for (int step = 0; step < 4; step++)
        {
            loop.Step(step);
        }

        int next = 4;
        Assert.Equal(0, Allocations.Least(() => loop.Step(next++)));
    }

    [Fact]
    public void Cancellation_takes_hold_between_steps()
    {
        using var stop = new CancellationTokenSource();
        int steps = 0;
        var request = Request(1) with
        {
            OnStep = _ =>
            {
                if (++steps == 2)
                {
                    stop.Cancel();
                }
            },
        };
        using var denoiser = pipelines.ClipOnly.CreateDenoiser();

        Assert.Throws<OperationCanceledException>(() => denoiser.Denoise(request, stop.Token));
        Assert.Equal(2, steps);
    }

    [Fact]
    public void A_batch_gives_the_pictures_of_single_runs()
    {
        var batch = Request(3);
        using var denoiser = pipelines.ClipOnly.CreateDenoiser();
        float[] together = denoiser.Denoise(batch, TestContext.Current.CancellationToken);

        for (int i = 0; i < 3; i++)
        {
            float[] alone = denoiser.Denoise(batch with { Items = [batch.Items[i]] }, TestContext.Current.CancellationToken);
            Assert.All(alone.Zip(together.Skip(i * alone.Length)), p => Assert.InRange(p.First - p.Second, -1e-3f, 1e-3f));
        }
    }

    [Fact]
    public void A_request_that_does_not_fit_is_refused_with_all_reasons()
    {
        using var denoiser = pipelines.ClipOnly.CreateDenoiser();
        var odd = Request(1) with { Steps = 0, GuidanceScale = float.NaN };

        var error = Assert.Throws<ArgumentException>(() => denoiser.Denoise(odd, TestContext.Current.CancellationToken));

        Assert.Contains("0 steps", error.Message, StringComparison.Ordinal);
        Assert.Contains("Guidance", error.Message, StringComparison.Ordinal);
    }

    private DenoiseRequest Request(int items) => new()
    {
        Width = 128,
        Height = 128,
        Steps = 6,
        Items = [.. Enumerable.Range(0, items).Select(i => new DenoiseItem
        {
            Prompt = pipelines.ClipOnly.Encode(["a red mug on sand"])[0],
            Seed = i,
        })],
    };
}
