using Farthing.Diffusion.Pipelines;
using Farthing.Diffusion.Schedulers;
using Farthing.Diffusion.Sessions;

namespace Farthing.Bench.Renders;

/// <summary>What denoising steps allocate on their thread: whole batches with guidance and a mask, as in a campaign.</summary>
internal static class StepChild
{
    private const int Items = 4;
    private const int StepsPerRun = 6;

    // The first runs of each kind compile code and size ONNX Runtime's arena.
    private const int WarmUpSteps = 2;

    public static ChildResult Run(string model)
    {
        using var pipeline = DiffusionPipeline.Load(model, new PipelineOptions { Execution = new ExecutionOptions { ThreadsPerRun = 1 } });
        using var denoiser = pipeline.CreateDenoiser();
        int side = pipeline.Directory.NativeSize, cells = side / pipeline.Directory.PixelsPerCell;
        var source = pipeline.Encode(new RgbPicture(side, side, new byte[side * side * 3]));
        float[] mask = new float[cells * cells];
        mask.AsSpan(0, mask.Length / 2).Fill(1);
        var prompt = pipeline.Encode(["an empty scene on oak planks"])[0];
        long most = 0;
        int steps = 0;
        foreach (var scheduler in Enum.GetValues<SchedulerKind>())
        {
            long[] allocated = new long[StepsPerRun];
            denoiser.Denoise(new DenoiseRequest
            {
                Items = [.. Enumerable.Range(0, Items).Select(seed => new DenoiseItem { Prompt = prompt, Seed = seed, Source = source, Mask = mask })],
                Width = side,
                Height = side,
                Scheduler = scheduler,
                Steps = StepsPerRun,
                OnStep = progress => allocated[progress.Step - 1] = GC.GetAllocatedBytesForCurrentThread(),
            });
            for (int i = WarmUpSteps; i < StepsPerRun; i++, steps++)
            {
                most = Math.Max(most, allocated[i] - allocated[i - 1]);
            }
        }

        return new ChildResult { StepBytes = most, Steps = steps };
    }
}
