using System.Diagnostics;
using Farthing.Bench.Renders;
using Farthing.Diffusion.Sessions;
using Farthing.Rendering.Jobs;
using Farthing.Rendering.Manifests;

namespace Farthing.Bench.Plain;

/// <summary>The same rows through the plain loop.</summary>
internal static class PlainChild
{
    public static ChildResult Run(Manifest manifest, RenderSettings settings)
    {
        Directory.CreateDirectory(settings.OutputFolder);
        var phase = new RenderingPhase();
        using var loop = new PlainLoop(ModelDirectory.Open(settings.ModelDirectory), settings, phase.DenoisingStarted);
        var jobs = new JobPlanner(settings, loop.NativeSize, modelHash: "").Plan(manifest, phase.Failed);
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
