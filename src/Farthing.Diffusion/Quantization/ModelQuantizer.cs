using Farthing.Diffusion.Quantization.Reports;
using Farthing.Diffusion.Sessions;

namespace Farthing.Diffusion.Quantization;

/// <summary>Makes a model directory in another precision from a float one.</summary>
/// <param name="settings">What is made.</param>
/// <param name="progress">Told how far it is, from several threads.</param>
/// <param name="time">The clock.</param>
public sealed class ModelQuantizer(QuantizeSettings settings, IProgress<QuantizeProgress> progress, TimeProvider time)
{
    /// <summary>
    /// Steps: 1. check the source and take the output's place, 2. write the UNet, for int8 from calibrated ranges, 3. copy the
    /// other parts, 4. write manifest and report, 5. rename the finished directory.
    /// </summary>
    /// <returns>What was done, as report.json has it.</returns>
    /// <exception cref="QuantizationException">It can't be done; the message says what to mend.</exception>
    /// <exception cref="ModelDirectoryException">The source can't be run; the message lists what is missing or odd.</exception>
    /// <exception cref="OperationCanceledException">It was cancelled; ranges collected so far are kept.</exception>
    public QuantizationReport Run(CancellationToken cancellation)
    {
        // 1
        Report(QuantizeStage.Check, 0, 1);
        var source = ModelDirectory.Open(settings.Source);
        _ = ModelFiles.ReadChecked(source.ModelFile("unet"));
        RefuseUncalibrated();
        using var place = PartialDirectory.Take(settings.Target, settings.Replace);
        RefuseFullDisk(place.Work, source);
        string sourceHash = ModelHash.Compute(settings.Source);
        Report(QuantizeStage.Check, 1, 1);

        // 2
        string folder = Path.Combine(place.Model, "unet");
        var report = PartialDirectory.Guard(settings.Target, () =>
        {
            Directory.CreateDirectory(folder);
            var blank = Blank(source, sourceHash);
            return settings.Precision switch
            {
                TargetPrecision.Int8Calibrated => new Int8Making(settings, source, sourceHash, place, progress, time).Make(folder, blank, cancellation),
                TargetPrecision.Float16 => MakeHalf(source.ModelFile("unet"), folder, blank, cancellation),
                _ => MakeWeightsOnly(source.ModelFile("unet"), folder, blank, cancellation),
            };
        });

        return PartialDirectory.Guard(settings.Target, () =>
        {
            // 3
            Report(QuantizeStage.Finish, 0, 3);
            ModelCopy.Copy(settings.Source, place.Model, cancellation);
            Report(QuantizeStage.Finish, 1, 3);

            // 4
            Manifest(report).Write(place.Model);
            var files = new DirectoryInfo(folder).EnumerateFiles().Where(f => f.Extension != ".json")
                .OrderBy(f => f.Name, StringComparer.Ordinal).ToDictionary(f => f.Name, f => f.Length, StringComparer.Ordinal);
            report = report with { Files = files, UNetBytesAfter = files.Values.Sum(), Model = ModelHash.Compute(place.Model) };
            File.WriteAllText(Path.Combine(place.Model, QuantizationReport.FileName), report.ToJson());
            File.WriteAllText(Path.Combine(place.Model, ReportPage.FileName), ReportPage.Draw(report));
            Report(QuantizeStage.Finish, 2, 3);

            // 5
            cancellation.ThrowIfCancellationRequested();
            place.Publish();
            Report(QuantizeStage.Finish, 3, 3);
            return report;
        });
    }

    private QuantizationReport Blank(ModelDirectory source, string sourceHash) => new()
    {
        Tool = settings.Tool,
        Created = time.GetUtcNow(),
        Precision = Name(settings.Precision),
        Source = Path.GetFileName(Path.TrimEndingDirectorySeparator(Path.GetFullPath(settings.Source))),
        SourceModel = sourceHash,
        UNetBytesBefore = source.ModelBytes("unet"),
        UNetBytesAfter = 0,
        Files = new Dictionary<string, long>(),
        Seconds = new SecondsRow(0, 0, 0),
    };

    private QuantizationReport MakeHalf(string model, string folder, QuantizationReport report, CancellationToken cancellation)
    {
        long start = time.GetTimestamp();
        var written = Float16Writer.Write(model, folder, new LayerReports(progress), cancellation);
        return report with
        {
            Skipped =
            [
                .. written.KeptNodes.Select(n => new SkippedRow(n.Node, n.Reason)),
                .. written.Saturated.Select(t => new SkippedRow(t, "in half precision, but values beyond 65504 were clipped to it")),
            ],
            Seconds = new SecondsRow(0, 0, time.GetElapsedTime(start).TotalSeconds),
        };
    }

    private QuantizationReport MakeWeightsOnly(string model, string folder, QuantizationReport report, CancellationToken cancellation)
    {
        long start = time.GetTimestamp();
        var written = WeightOnlyWriter.Write(model, folder, new LayerReports(progress), cancellation);
        double parameters = Math.Max(1, written.Layers.Sum(l => (double)l.Parameters));
        return report with
        {
            Layers =
            [
                .. written.Layers.Select(l => new LayerRow(
                    l.Node, Int8Making.Name(l.Kind), "int8", l.Parameters / parameters, l.WeightError, l.WeightError, l.WeightError, null)),
            ],
            Skipped = [.. written.LeftOut.Select(l => new SkippedRow(l.Node, l.Reason))],
            Seconds = new SecondsRow(0, 0, time.GetElapsedTime(start).TotalSeconds),
        };
    }

    private QuantizationManifest Manifest(QuantizationReport report) => new()
    {
        Precision = report.Precision,
        SourceModel = report.SourceModel,
        Calibration = report.Calibration is { } set ? new CalibrationSource(set.File, set.Sha256, set.Samples) : null,
        Method = report.Method ?? "none",
        Tool = settings.Tool,
    };

    private void RefuseUncalibrated()
    {
        if (settings.Precision != TargetPrecision.Int8Calibrated)
        {
            return;
        }

        int prompts = settings.Calibration?.Prompts.Count ?? 0;
        if (prompts < Calibration.CalibrationSet.FewestPrompts)
        {
            throw new QuantizationException(
                $"The calibration set has {prompts} usable prompts; at least {Calibration.CalibrationSet.FewestPrompts} are needed, and 512 are usual. Add prompts like those that will be rendered.",
                QuantizationFault.Calibration);
        }
    }

    /// <summary>What is written is at most as large as the source; better to say so now than after calibration.</summary>
    private void RefuseFullDisk(string work, ModelDirectory source)
    {
        long needed = source.TotalBytes;
        long free;
        try
        {
            free = new DriveInfo(Path.GetFullPath(work)).AvailableFreeSpace;
        }
        catch (Exception e) when (e is IOException or ArgumentException or UnauthorizedAccessException)
        {
            return;
        }

        if (free < needed)
        {
            throw new QuantizationException(
                $"The disk of '{settings.Target}' has {free >> 20} MiB free, and up to {needed >> 20} MiB are written. Free some space, or name a directory elsewhere.",
                QuantizationFault.Output);
        }
    }

    private void Report(QuantizeStage stage, int done, int total) => progress.Report(new QuantizeProgress(stage, done, total));

    private static string Name(TargetPrecision precision) => precision switch
    {
        TargetPrecision.Int8Calibrated => "int8",
        TargetPrecision.Float16 => "fp16",
        _ => "int8-weights",
    };
}

/// <summary>Tells a writer's progress as the quantizer's.</summary>
internal sealed class LayerReports(IProgress<QuantizeProgress> progress) : IProgress<LayerProgress>
{
    public void Report(LayerProgress value) => progress.Report(new QuantizeProgress(QuantizeStage.Write, value.Done, value.Total));
}
