using Farthing.Diffusion.Pipelines;
using Farthing.Diffusion.Quantization.Calibration;
using Microsoft.ML.OnnxRuntime;

namespace Farthing.Diffusion.Quantization.Sensitivity;

/// <summary>
/// Measures what int8 does to the UNet's guided prediction: of one layer at a time, or of several together. The reference is the
/// float graph on the latents of a few calibration prompts, at noise levels spread over the whole schedule.
/// </summary>
internal sealed class OutputSensitivity : IDisposable
{
    /// <summary>Noise levels that are looked at.</summary>
    public const int Levels = 5;

    /// <summary>Calibration prompts that are looked at.</summary>
    public const int Prompts = 2;

    private readonly DiffusionPipeline _pipeline;
    private readonly IReadOnlyList<QuantizationTarget> _targets;
    private readonly LanePlan _lanes;
    private readonly LayerWeights _weights;
    private readonly CalibrationTrajectory _trajectory;
    private readonly WholeUNet _unet;
    private readonly InferenceSession _session;
    private readonly List<(float[] Latents, float Timestep, float[] Prediction)> _points = [];
    private double[] _weightErrors = [];

    /// <summary>Makes the switched graph, and the references by a whole float trajectory.</summary>
    public OutputSensitivity(
        DiffusionPipeline pipeline,
        CalibrationSet set,
        IReadOnlyList<QuantizationTarget> targets,
        QuantizationRecipe recipe,
        LanePlan lanes,
        LayerWeights weights,
        CancellationToken cancellation)
    {
        (_pipeline, _targets, _lanes, _weights) = (pipeline, targets, lanes, weights);
        _trajectory = new CalibrationTrajectory(pipeline, set, Spread(set.Prompts, Prompts));
        var graph = new SwitchedGraph(targets, recipe);
        _unet = new WholeUNet(pipeline.Directory, pipeline.UNet.Signature, lanes.Execution, model => _weightErrors = graph.Add(model, _weights));
        _session = _unet.Session(_trajectory.Shape);
        Refer(cancellation);
    }

    /// <summary>Relative error of each target's weights.</summary>
    public IReadOnlyList<double> WeightErrors => _weightErrors;

    /// <summary>Each target's error when it alone is int8.</summary>
    /// <param name="done">Called with the number of layers measured.</param>
    /// <param name="cancellation">Looked at between layers.</param>
    public double[] Alone(Action<int> done, CancellationToken cancellation)
    {
        double[] errors = new double[_targets.Count];
        int measured = 0;
        _lanes.ForEach(_targets.Count, i =>
        {
            cancellation.ThrowIfCancellationRequested();
            errors[i] = Together(on => on == i);
            done(Interlocked.Increment(ref measured));
        });
        return errors;
    }

    /// <summary>The error when several targets are int8: the root mean square, over noise levels, of the relative error.</summary>
    public double Together(Func<int, bool> isInt8)
    {
        using var feed = NewFeed();
        using var switches = new Switches(_targets.Count, isInt8);
        double sum = 0;
        foreach (var (latents, timestep, reference) in _points)
        {
            float[] prediction = Predict(feed, switches, latents, timestep);
            double error = System.Numerics.Tensors.TensorPrimitives.Distance<float>(prediction, reference);
            double norm = System.Numerics.Tensors.TensorPrimitives.Norm<float>(reference);
            sum += error * error / (norm * norm);
        }

        return Math.Sqrt(sum / _points.Count);
    }

    public void Dispose() => _unet.Dispose();

    private static CalibrationPrompt[] Spread(IReadOnlyList<CalibrationPrompt> all, int count) =>
        [.. Enumerable.Range(0, Math.Min(count, all.Count)).Select(i => all[(int)((long)all.Count * i / Math.Min(count, all.Count))])];

    private void Refer(CancellationToken cancellation)
    {
        using var feed = NewFeed();
        using var off = new Switches(_targets.Count, _ => false);
        var chosen = Enumerable.Range(0, Levels).Select(i => (int)((i + 0.5) * _trajectory.Count / Levels)).ToHashSet();
        for (int step = 0; step < _trajectory.Count; step++)
        {
            cancellation.ThrowIfCancellationRequested();
            float timestep = _trajectory.Prepare(step);
            float[] output = Run(feed, off, _trajectory.Scaled, timestep);
            if (chosen.Contains(step))
            {
                _points.Add(([.. _trajectory.Scaled], timestep, Guided(output)));
            }

            _trajectory.Take(step, output);
        }
    }

    private UNetFeed NewFeed()
    {
        var feed = new UNetFeed(_unet.Signature, _trajectory.Shape);
        feed.Begin(_pipeline, _trajectory.Request);
        return feed;
    }

    private float[] Predict(UNetFeed feed, Switches switches, float[] latents, float timestep) =>
        Guided(Run(feed, switches, latents, timestep));

    private float[] Guided(float[] output)
    {
        float[] prediction = new float[_trajectory.Latents.Length];
        CalibrationTrajectory.Guide(output, _trajectory.Request.GuidanceScale, output.Length > prediction.Length, prediction);
        return prediction;
    }

    private float[] Run(UNetFeed feed, Switches switches, float[] latents, float timestep)
    {
        feed.Set(latents, timestep);
        using var options = new RunOptions();
        var inputs = feed.Values.Concat(switches.Values).ToDictionary(StringComparer.Ordinal);
        using var values = _session.Run(options, inputs, [_unet.Signature.Output]);
        return values[0].GetTensorDataAsSpan<float>().ToArray();
    }

    /// <summary>The switches' values.</summary>
    private sealed class Switches : IDisposable
    {
        public Switches(int count, Func<int, bool> isOn)
        {
            for (int i = 0; i < count; i++)
            {
                var value = OrtValue.CreateAllocatedTensorValue(
                    OrtAllocator.DefaultInstance, Microsoft.ML.OnnxRuntime.Tensors.TensorElementType.Bool, []);
                value.GetTensorMutableDataAsSpan<bool>()[0] = isOn(i);
                Values[SwitchedGraph.Switch(i)] = value;
            }
        }

        public Dictionary<string, OrtValue> Values { get; } = new(StringComparer.Ordinal);

        public void Dispose()
        {
            foreach (var value in Values.Values)
            {
                value.Dispose();
            }
        }
    }
}
