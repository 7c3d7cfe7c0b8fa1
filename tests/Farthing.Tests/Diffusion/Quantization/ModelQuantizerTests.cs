using Farthing.Diffusion.Graphs;
using Farthing.Diffusion.Pipelines;
using Farthing.Diffusion.Quantization;
using Farthing.Diffusion.Quantization.Calibration;
using Farthing.Diffusion.Quantization.Ranges;
using Farthing.Diffusion.Quantization.Sensitivity;
using Farthing.Diffusion.Sessions;
using Farthing.Tests.Goldens;

namespace Farthing.Tests.Diffusion.Quantization;

public sealed class ModelQuantizerTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("farthing-quantize-").FullName;
    private readonly QuantizedDemo _demo;

    public ModelQuantizerTests() => _demo = new QuantizedDemo(_folder);

    [Fact]
    public void An_interrupted_run_goes_on_and_ends_with_the_same_ranges()
    {
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        var settings = _demo.Settings("broken");
        _demo.OnProgress = p =>
        {
            if (p is { Stage: QuantizeStage.Calibrate, Done: >= 8 and < QuantizedDemo.Prompts })
            {
                stop.Cancel();
            }
        };
        Assert.ThrowsAny<OperationCanceledException>(() => _demo.Run(settings, stop.Token));
        Assert.False(Directory.Exists(settings.Target));
        Assert.False(File.Exists(Path.Combine(settings.Target + ".partial", "model", "model_index.json")));
        _demo.OnProgress = null;

        var report = _demo.Run(settings, TestContext.Current.CancellationToken);
        var whole = _demo.Run(_demo.Settings("whole"), TestContext.Current.CancellationToken);

        Assert.InRange(report.Calibration!.Resumed, 8, QuantizedDemo.Prompts - 1);
        Assert.Equal(0, whole.Calibration!.Resumed);
        Assert.Equal(File.ReadAllBytes(Path.Combine(_folder, "whole", "ranges.json")), File.ReadAllBytes(Path.Combine(settings.Target, "ranges.json")));
        Assert.Equal(whole.Model, report.Model);
        Assert.False(Directory.Exists(settings.Target + ".partial"));
        Assert.All(report.Coverage, step => Assert.Equal(QuantizedDemo.Prompts, step.Samples));
        Assert.Equal(QuantizedDemo.Steps, report.Coverage.Select(step => step.Timestep).Distinct().Count());
        Assert.Contains(report.Skipped, row => row.Node.Contains("conv_in", StringComparison.Ordinal));
        Assert.Contains(report.Skipped, row => row.Node.Contains("time_embedding", StringComparison.Ordinal));
        Assert.NotEmpty(report.SplitConcats);
        Assert.InRange(report.FloatShare!.Value, 0.0001, settings.Budget);
        Assert.Equal(ModelHash.Compute(Golden.DemoModel), QuantizationManifest.Read(settings.Target)!.SourceModel);
        using var pipeline = DiffusionPipeline.Load(settings.Target);
    }

    [Fact]
    public void Ranges_of_other_prompts_are_not_gone_on_with()
    {
        using var stop = new CancellationTokenSource();
        var settings = _demo.Settings("other");
        _demo.OnProgress = p => stop.CancelIf(p.Stage == QuantizeStage.Calibrate && p.Done >= 8);
        Assert.ThrowsAny<OperationCanceledException>(() => _demo.Run(settings, stop.Token));
        using var again = new CancellationTokenSource();
        _demo.OnProgress = p => again.CancelIf(p.Note is not null);

        Assert.ThrowsAny<OperationCanceledException>(() => _demo.Run(
            settings with { Calibration = settings.Calibration! with { Guidance = 7 } }, again.Token));

        Assert.Contains(_demo.Progress, p => p.Note?.Contains("other settings", StringComparison.Ordinal) == true);
    }

    [Fact]
    public void The_trajectory_is_the_pipelines_own_and_the_ranges_hold_what_it_met()
    {
        var set = QuantizedDemo.Set();
        using var pipeline = DiffusionPipeline.Load(Golden.DemoModel, new PipelineOptions { Execution = new ExecutionOptions { ThreadsPerRun = 1 } });
        var graph = Farthing.Diffusion.Graphs.OnnxFile.Read(pipeline.Directory.ModelFile("unet")).Graph;
        var targets = QuantizationTargets.Find(graph).Targets;
        var observed = ObservedTensors.Find(graph, targets, smoothing: true);
        var collected = new RangeCollection(observed, CalibrationTrajectory.PlanOf(pipeline, set).Timesteps, histograms: true);
        var few = set with { Prompts = [.. set.Prompts.Take(2)] };

        new RangeCollector(pipeline, few, observed, new LanePlan(1, 2, new ExecutionOptions { ThreadsPerRun = 2 }), histograms: true)
            .Run(collected, static () => { }, TestContext.Current.CancellationToken);

        // What the scheduler gave the UNet at each step is what a render of the same prompts gives it.
        var request = new CalibrationTrajectory(pipeline, few, few.Prompts).Request;
        float least = 0, greatest = 0;
        var start = new CalibrationTrajectory(pipeline, few, few.Prompts);
        start.Prepare(0);
        Note(start.Scaled);
        using var denoiser = pipeline.CreateDenoiser();
        denoiser.Denoise(request with { OnStep = p => { if (p.Step < p.Steps) { Note(p.Latents); } } }, TestContext.Current.CancellationToken);
        Assert.Equal(least, collected["sample"].Min, 1e-3);
        Assert.Equal(greatest, collected["sample"].Max, 1e-3);

        Assert.All(targets, t => Assert.True(collected.Tensors.ContainsKey(t.Input)));
        Assert.All(SkipConcats.Find(graph, targets).SelectMany(c => c.Halves), half => Assert.True(collected.Tensors.ContainsKey(half)));
        Assert.All(collected.Tensors.Values, t => Assert.True(t.Min <= t.Max && t.Histogram!.Total > 0));
        Assert.All(observed.Channels, name => Assert.Equal(collected[name].Max, collected[name].ChannelMax.Max()));

        void Note(ReadOnlySpan<float> latents)
        {
            foreach (float value in latents)
            {
                (least, greatest) = (Math.Min(least, value), Math.Max(greatest, value));
            }
        }
    }

    [Fact]
    public void Output_sensitivity_is_nought_with_nothing_in_int8_and_grows_with_what_is()
    {
        var set = QuantizedDemo.Set();
        using var pipeline = DiffusionPipeline.Load(Golden.DemoModel, new PipelineOptions { Execution = new ExecutionOptions { ThreadsPerRun = 1 } });
        string file = pipeline.Directory.ModelFile("unet");
        var graph = Farthing.Diffusion.Graphs.OnnxFile.Read(file).Graph;
        var targets = QuantizationTargets.Find(graph).Targets;
        var observed = ObservedTensors.Find(graph, targets, smoothing: false);
        var few = set with { Prompts = [.. set.Prompts.Take(2)] };
        var lanes = new LanePlan(1, 2, new ExecutionOptions { ThreadsPerRun = 2 });
        var collected = new RangeCollection(observed, CalibrationTrajectory.PlanOf(pipeline, set).Timesteps, histograms: false);
        new RangeCollector(pipeline, few, observed, lanes, histograms: false).Run(collected, static () => { }, TestContext.Current.CancellationToken);
        var choice = new RangeChoice(RangeMethod.MinMax, 0);
        var recipe = new QuantizationRecipe { Ranges = collected.Tensors.ToDictionary(t => t.Key, t => choice.Of(t.Value)) };
        using var weights = new LayerWeights(file, new GraphIndex(graph));

        using var output = new OutputSensitivity(pipeline, few, targets, recipe, lanes, weights, TestContext.Current.CancellationToken);

        double one = output.Together(i => i == 0), all = output.Together(_ => true);
        Assert.InRange(output.Together(_ => false), 0, 1e-6);
        Assert.InRange(one, 1e-5, all);
        Assert.InRange(all, one, 0.5);
    }

    [Fact]
    public void What_cant_be_done_is_refused_before_any_work_and_leaves_nothing()
    {
        var settings = _demo.Settings("never");
        Assert.Equal(QuantizationFault.Calibration, Fault(settings with { Calibration = settings.Calibration! with { Prompts = [.. settings.Calibration.Prompts.Take(3)] } }));
        Directory.CreateDirectory(Path.Combine(_folder, "there"));
        Assert.Equal(QuantizationFault.Output, Fault(settings with { Target = Path.Combine(_folder, "there") }));
        File.WriteAllText(Path.Combine(_folder, "there", "mine.txt"), "x");
        Assert.Equal(QuantizationFault.Output, Fault(settings with { Target = Path.Combine(_folder, "there"), Replace = true }));
        File.WriteAllText(Path.Combine(_folder, "file"), "x");
        Assert.Equal(QuantizationFault.Output, Fault(settings with { Target = Path.Combine(_folder, "file") }));
        using (PartialDirectory.Take(settings.Target, replace: false))
        {
            Assert.Equal(QuantizationFault.InUse, Fault(settings));
        }

        Assert.False(Directory.Exists(settings.Target));
        Assert.True(File.Exists(Path.Combine(_folder, "there", "mine.txt")));
    }

    [Fact]
    public void Smoothing_moves_outliers_without_changing_what_is_computed()
    {
        var report = _demo.Run(_demo.Settings("smooth") with { Smoothing = 0.5, Ranges = new RangeChoice(RangeMethod.MinMax, 0), Budget = 0 }, TestContext.Current.CancellationToken);
        var plain = _demo.Run(_demo.Settings("plain") with { Ranges = new RangeChoice(RangeMethod.MinMax, 0), Budget = 0 }, TestContext.Current.CancellationToken);

        // The cross-attention's keys share no normalization, so they are left as they were.
        Assert.Equal(0.5, report.Smoothing);
        Assert.NotEqual(plain.Model, report.Model);
        Assert.Equal(plain.Layers.Count, report.Layers.Count);
        Assert.Equal(0, report.FloatShare);
    }

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    private QuantizationFault Fault(QuantizeSettings settings) =>
        Assert.Throws<QuantizationException>(() => _demo.Run(settings, TestContext.Current.CancellationToken)).Fault;
}

file static class Cancelling
{
    public static void CancelIf(this CancellationTokenSource source, bool condition)
    {
        if (condition)
        {
            source.Cancel();
        }
    }
}
