using System.Security.Cryptography;
using System.Text;
using Farthing.Diffusion.Graphs;
using Farthing.Diffusion.Pipelines;
using Farthing.Diffusion.Quantization.Calibration;
using Farthing.Diffusion.Quantization.Ranges;
using Farthing.Diffusion.Quantization.Reports;
using Farthing.Diffusion.Quantization.Sensitivity;
using Farthing.Diffusion.Sessions;

namespace Farthing.Diffusion.Quantization;

/// <summary>Makes an int8 UNet: ranges, sensitivity, graphs.</summary>
internal sealed class Int8Making(
    QuantizeSettings settings, ModelDirectory source, string sourceHash, PartialDirectory place, IProgress<QuantizeProgress> progress, TimeProvider time)
{
    private static readonly TimeSpan BetweenSaves = TimeSpan.FromSeconds(2);

    private readonly CalibrationSet _set = settings.Calibration!;
    private readonly LanePlan _lanes = LanePlan.For(source, settings.Execution);
    private int _resumed;

    /// <summary>
    /// Steps: 1. observe, going on where an interrupted run stopped, 2. choose ranges, 3. measure layers and choose those that
    /// stay in float, 4. write.
    /// </summary>
    public QuantizationReport Make(string folder, QuantizationReport report, CancellationToken cancellation)
    {
        string file = source.ModelFile("unet");
        var graph = OnnxFile.Read(file).Graph;
        var (targets, _) = QuantizationTargets.Find(graph);
        var observed = ObservedTensors.Find(graph, targets, settings.Smoothing is not null);
        using var pipeline = DiffusionPipeline.Load(settings.Source, new PipelineOptions { Execution = _lanes.Execution });
        if (pipeline.IsInpaintingModel)
        {
            throw new QuantizationException(
                $"'{settings.Source}' is a 9-channel inpainting model, whose calibration would need masks and pictures; quantize a text-to-image model, or use --weights-only.");
        }

        // 1
        long start = time.GetTimestamp();
        var collected = Collect(pipeline, observed, cancellation);
        double calibrated = time.GetElapsedTime(start).TotalSeconds;

        // 2
        using var weights = new LayerWeights(file, new GraphIndex(graph));
        var recipe = Recipe(observed, targets, weights, collected);

        // 3
        start = time.GetTimestamp();
        var (layers, leftOut, all, written) = Measure(pipeline, targets, recipe, collected, weights, cancellation);
        recipe = recipe with { LeftOut = leftOut };
        double measured = time.GetElapsedTime(start).TotalSeconds;

        // 4
        start = time.GetTimestamp();
        var result = Int8ModelWriter.Write(file, folder, recipe, new LayerReports(progress), cancellation);
        RangesFile.Of(Origin(observed), collected, recipe.Ranges, Name(settings.Ranges)).Write(Path.Combine(place.Model, RangesFile.FileName));
        return Describe(report, layers, result, collected) with
        {
            ErrorAllInt8 = all,
            ErrorAsWritten = written,
            Seconds = new SecondsRow(calibrated, measured, time.GetElapsedTime(start).TotalSeconds),
        };
    }

    /// <summary>A kind's word in reports.</summary>
    public static string Name(TargetKind kind) => kind == TargetKind.Linear ? "linear" : "convolution";

    private SensitivityMeasure MeasureKind => settings.Sensitivity
        ?? (source.ModelBytes("unet") <= settings.Execution.SpecialiseUpTo ? SensitivityMeasure.Output : SensitivityMeasure.Local);

    private RangeCollection Collect(DiffusionPipeline pipeline, ObservedTensors observed, CancellationToken cancellation)
    {
        var origin = Origin(observed);
        bool histograms = settings.Ranges.NeedsHistograms;
        var collected = Resume(origin, observed)
            ?? new RangeCollection(observed, CalibrationTrajectory.PlanOf(pipeline, _set).Timesteps, histograms);
        _resumed = collected.Samples;
        int total = _set.Prompts.Count;
        progress.Report(new QuantizeProgress(QuantizeStage.Calibrate, _resumed, total, _resumed > 0 ? $"{_resumed} prompts were observed before." : null));
        long saved = time.GetTimestamp();
        try
        {
            new RangeCollector(pipeline, _set, observed, _lanes, histograms).Run(
                collected,
                () =>
                {
                    progress.Report(new QuantizeProgress(QuantizeStage.Calibrate, collected.Samples, total));
                    if (time.GetElapsedTime(saved) >= BetweenSaves || collected.Samples == total)
                    {
                        RangesFile.Of(origin, collected).Write(place.Ranges);
                        saved = time.GetTimestamp();
                    }
                },
                cancellation);
        }
        catch (OperationCanceledException)
        {
            RangesFile.Of(origin, collected).Write(place.Ranges);
            throw;
        }

        return collected;
    }

    private RangeCollection? Resume(RangesOrigin origin, ObservedTensors observed)
    {
        if (!File.Exists(place.Ranges))
        {
            return null;
        }

        try
        {
            if (RangesFile.TryRead(place.Ranges) is { } file && file.Origin == origin && file.SamplesDone <= _set.Prompts.Count
                && file.Tensors.Select(t => t.Name).SequenceEqual(observed.Names))
            {
                return file.Restore();
            }
        }
        catch (InvalidDataException)
        {
            // As good as none: told below.
        }

        progress.Report(new QuantizeProgress(
            QuantizeStage.Calibrate, 0, _set.Prompts.Count, "Ranges of an interrupted run with other settings, or another model, are not gone on with."));
        return null;
    }

    private RangesOrigin Origin(ObservedTensors observed)
    {
        using var seeds = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        foreach (var prompt in _set.Prompts)
        {
            seeds.AppendData(Encoding.UTF8.GetBytes($"{prompt.Prompt}\0{prompt.Negative ?? "\u0001"}\0{prompt.Seed}\n"));
        }

        return new RangesOrigin(
            sourceHash,
            new CalibrationSource(_set.File, _set.Sha256, _set.Prompts.Count),
            _set.Steps,
            _set.Guidance,
            source.NativeSize,
            settings.Ranges.NeedsHistograms,
            observed.Channels.Count > 0,
            Convert.ToHexStringLower(seeds.GetHashAndReset()));
    }

    private QuantizationRecipe Recipe(
        ObservedTensors observed, IReadOnlyList<QuantizationTarget> targets, LayerWeights weights, RangeCollection collected)
    {
        var ranges = collected.Tensors.ToDictionary(t => t.Key, t => settings.Ranges.Of(t.Value), StringComparer.Ordinal);
        var smoothing = new Dictionary<string, float[]>(StringComparer.Ordinal);
        if (settings.Smoothing is { } alpha)
        {
            foreach (var (input, smoothed) in SmoothQuant.Factors(observed.Channels, targets, weights, collected, alpha))
            {
                smoothing[input] = smoothed.Factors;
                ranges[QuantizationRecipe.Smoothed(input)] = smoothed.Range;
            }
        }

        return new QuantizationRecipe { Ranges = ranges, Smoothing = smoothing };
    }

    private (IReadOnlyList<LayerSensitivity> Layers, IReadOnlyList<LeftOut> LeftOut, double? All, double? Written) Measure(
        DiffusionPipeline pipeline,
        IReadOnlyList<QuantizationTarget> targets,
        QuantizationRecipe recipe,
        RangeCollection collected,
        LayerWeights weights,
        CancellationToken cancellation)
    {
        void Done(int layers) => progress.Report(new QuantizeProgress(QuantizeStage.Measure, layers, targets.Count));
        Done(0);
        if (MeasureKind == SensitivityMeasure.Local)
        {
            var local = LocalSensitivity.Calculate(targets, weights, collected, recipe, Done, cancellation);
            return (local, FloatBudget.Choose(local, settings.Budget), null, null);
        }

        using var output = new OutputSensitivity(pipeline, _set, targets, recipe, _lanes, weights, cancellation);
        double[] alone = output.Alone(Done, cancellation);
        LayerSensitivity[] layers =
        [
            .. targets.Select((target, i) => new LayerSensitivity(
                target, alone[i], output.WeightErrors[i], LayerCost.MultiplyAdds(target, weights.Dims(target), collected))),
        ];
        var leftOut = FloatBudget.Choose(layers, settings.Budget);
        var inFloat = leftOut.Select(l => l.Node).ToHashSet(StringComparer.Ordinal);
        return (layers, leftOut, output.Together(_ => true), output.Together(i => !inFloat.Contains(targets[i].Node)));
    }

    private QuantizationReport Describe(
        QuantizationReport report, IReadOnlyList<LayerSensitivity> layers, Int8WriteReport written, RangeCollection collected)
    {
        double whole = Math.Max(1, layers.Sum(l => (double)l.MultiplyAdds));
        var reasons = written.LeftOut.ToDictionary(l => l.Node, l => l.Reason, StringComparer.Ordinal);
        var known = layers.Select(l => l.Target.Node).ToHashSet(StringComparer.Ordinal);
        LayerRow[] rows =
        [
            .. layers.Select(l =>
            {
                string? reason = reasons.GetValueOrDefault(l.Target.Node);
                return new LayerRow(
                    l.Target.Node,
                    Name(l.Target.Kind),
                    reason is null ? "int8" : "float",
                    l.MultiplyAdds / whole,
                    l.Error,
                    reason is null ? l.Error : 0,
                    l.WeightError,
                    reason);
            }),
        ];
        return report with
        {
            Calibration = new CalibrationRow(_set.File, _set.Sha256, collected.Samples, _set.Steps, _set.Guidance, _resumed),
            Method = settings.Ranges.Method.ToString().ToLowerInvariant(),
            Percentile = settings.Ranges.Method == RangeMethod.Percentile ? settings.Ranges.Percent : null,
            Budget = settings.Budget,
            FloatShare = rows.Where(r => r.Reason is not null).Sum(r => r.MultiplyAddShare),
            Smoothing = settings.Smoothing,
            ErrorMeasure = MeasureKind == SensitivityMeasure.Output ? "output" : "local",
            Coverage = [.. collected.Timesteps.Select((timestep, step) => new StepCoverage(step, timestep, collected.Seen[step]))],
            Layers = rows,
            Skipped = [.. written.LeftOut.Where(l => !known.Contains(l.Node)).Select(l => new SkippedRow(l.Node, l.Reason))],
            Unsmoothed = [.. written.Unsmoothed.Select(l => new SkippedRow(l.Node, l.Reason))],
            SplitConcats = written.SplitConcats,
        };
    }

    private static string Name(RangeChoice choice) => choice.Method switch
    {
        RangeMethod.Percentile => string.Create(System.Globalization.CultureInfo.InvariantCulture, $"percentile {choice.Percent}"),
        _ => choice.Method.ToString().ToLowerInvariant(),
    };
}
