using Farthing.Diffusion.Quantization;
using Farthing.Diffusion.Quantization.Reports;
using Farthing.Terminal;

namespace Farthing.Commands;

/// <summary>Quantizes what a command line names, and prints what came of it.</summary>
internal sealed class QuantizeRun(Host host, QuantizeLine line)
{
    /// <summary>Steps: 1. read the calibration set, 2. quantize with progress, 3. print the summary.</summary>
    /// <returns>The exit status.</returns>
    public async Task<int> RunAsync(CancellationToken cancellation)
    {
        // 1
        QuantizeSettings settings = line.Calibration is null
            ? line.Settings
            : line.Settings with { Calibration = CalibrationFile.Read(line, host.Screen.Note) };

        // 2
        using var signals = new StopSignals(host.Screen.Note, "Stopping; the ranges collected so far are kept. Once more ends at once.");
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellation, signals.Token);
        QuantizationReport report = await WatchAsync(settings, stop.Token);

        // 3
        if (line.Json)
        {
            host.Screen.Write(report.ToJson());
        }
        else
        {
            QuantizeView.Print(host.Screen, report, settings.Target);
        }

        return ExitCodes.Done;
    }

    private async Task<QuantizationReport> WatchAsync(QuantizeSettings settings, CancellationToken cancellation)
    {
        Task<QuantizationReport> Start(IProgress<QuantizeProgress> progress) =>
            Task.Run(() => new ModelQuantizer(settings, progress, host.Time).Run(cancellation), CancellationToken.None);

        if (!host.Screen.IsLive)
        {
            return await Start(new QuantizeLines(host.Screen.Note, host.Time));
        }

        var bar = new QuantizeBar(host.Screen.Notes);
        Task<QuantizationReport> run = Start(bar);
        await bar.ShowAsync(run, host.Time);
        return await run;
    }
}
