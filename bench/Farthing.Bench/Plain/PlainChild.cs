using System.Diagnostics;
using Farthing.Bench.Renders;
using Farthing.Diffusion.Sessions;
using Farthing.Rendering.Jobs;
using Farthing.Rendering.Manifests;
using Farthing.Rendering.Precision;

namespace Farthing.Bench.Plain;

/// <summary>The same rows through the plain loop.</summary>
internal static class PlainChild
{
    public static ChildResult Run(Manifest manifest, RenderSettings settings)
    {
        Directory.CreateDirectory(settings.OutputFolder);
        var phase = new RenderingPhase();
        var directory = ModelDirectory.Open(settings.ModelDirectory);
        using var loop = new PlainLoop(directory, settings, phase.DenoisingStarted);
        var model = new RenderModel(directory, ModelPrecision.Fp32, Hash: "");
        var jobs = new JobPlanner(settings, model, (_, _) => model).Plan(manifest, phase.Failed);
        foreach (var job in jobs)
        {
            loop.Render(job);
            phase.PictureDone();
        }

        return new ChildResult
        {
            Pictures = jobs.Count,
            Rendering = Stopwatch.GetElapsedTime(phase.Begin, phase.End).TotalSeconds,
            RenderingCpu = phase.Cpu.TotalSeconds,
        };
    }
}
