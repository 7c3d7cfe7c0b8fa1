using System.Diagnostics;
using Farthing.Diffusion.Sessions;
using Farthing.Ledger.Posting;
using Farthing.Ledger.Prices;
using Farthing.Ledger.Storage;
using Farthing.Rendering.Captions;
using Farthing.Rendering.Jobs;
using Farthing.Rendering.Manifests;
using Farthing.Rendering.Workers;

namespace Farthing.Bench.Renders;

/// <summary>The campaign as <c>farthing render</c> runs it, with a ledger and a folder of its own.</summary>
internal static class CampaignChild
{
    public static async Task<ChildResult> RunAsync(string folder, Manifest manifest, RenderSettings settings)
    {
        using var times = new OrtTimes();
        OrtClock.Listener = times.Hear;
        var phase = new RenderingPhase();
        var prices = PriceBook.Default();
        using var file = SqliteFile.Open(Path.Combine(folder, "farthing.db"));
        using var journal = Journal.Open(file, prices);
        var summary = await new RenderCampaign
        {
            Source = RendersOptions.Manifest,
            Manifest = manifest,
            Settings = settings,
            DataFolder = folder,
            File = file,
            Journal = journal,
            Prices = prices,
            Captioner = new TemplateCaptioner(),
            Observer = phase,
        }.RunAsync(CancellationToken.None);
        int batches = phase.Batches;
        long model = ModelDirectory.Open(settings.ModelDirectory).TotalBytes;
        return new ChildResult
        {
            Pictures = summary.Delivered,
            Rendering = Stopwatch.GetElapsedTime(phase.Begin, phase.End).TotalSeconds,
            RenderingCpu = phase.Cpu.TotalSeconds,
            OrtUnion = times.Union(phase.Begin, phase.End),
            Stepping = Stopwatch.GetElapsedTime(phase.FirstStep, phase.End).TotalSeconds,
            OrtUnionStepping = times.Union(phase.FirstStep, phase.End),
            OrtCalls = times.Sum(phase.Begin, phase.End),
            OrtCallerCpu = times.CallerCpu(phase.Begin, phase.End),
            ThreadsPerRun = LanePlan.For(settings.Lanes, Environment.ProcessorCount, batches, model).ThreadsPerRun,
        };
    }
}
