using Farthing.Diffusion.Pipelines;
using Farthing.Diffusion.Quantization.Ranges;
using Microsoft.ML.OnnxRuntime;

namespace Farthing.Diffusion.Quantization.Calibration;

/// <summary>
/// Observes every step of every prompt's picture. Batches run in rounds, one a lane; a round's results are merged in the
/// prompts' order, so a run that is interrupted between rounds and goes on ends with the very same ranges.
/// </summary>
internal sealed class RangeCollector(DiffusionPipeline pipeline, CalibrationSet set, ObservedTensors observed, LanePlan lanes, bool histograms)
{
    private readonly string[] _outputs = Outputs(pipeline.UNet.Signature.Output, observed, histograms);

    /// <summary>Collects what is missing.</summary>
    /// <param name="collected">What was collected before; added to.</param>
    /// <param name="roundDone">Called after each round, when <paramref name="collected"/> is whole.</param>
    /// <param name="cancellation">Looked at between steps.</param>
    public void Run(RangeCollection collected, Action roundDone, CancellationToken cancellation)
    {
        using var unet = new WholeUNet(
            pipeline.Directory, pipeline.UNet.Signature, lanes.Execution, model => ObservationGraph.Add(model, observed, histograms));
        while (collected.Samples < set.Prompts.Count)
        {
            cancellation.ThrowIfCancellationRequested();
            var batches = set.Prompts.Skip(collected.Samples).Take(lanes.Count * lanes.Batch).Chunk(lanes.Batch).ToArray();
            var results = new RangeCollection[batches.Length];
            lanes.ForEach(batches.Length, i => results[i] = Observe(unet, batches[i], collected.Timesteps, cancellation));
            foreach (var result in results)
            {
                collected.Merge(result);
            }

            roundDone();
        }
    }

    private RangeCollection Observe(WholeUNet unet, CalibrationPrompt[] prompts, IReadOnlyList<float> timesteps, CancellationToken cancellation)
    {
        var result = new RangeCollection(observed, timesteps, histograms);
        var trajectory = new CalibrationTrajectory(pipeline, set, prompts);
        var session = unet.Session(trajectory.Shape);
        using var feed = new UNetFeed(unet.Signature, trajectory.Shape);
        using var options = new RunOptions();
        feed.Begin(pipeline, trajectory.Request);
        for (int step = 0; step < trajectory.Count; step++)
        {
            cancellation.ThrowIfCancellationRequested();
            float timestep = trajectory.Prepare(step);
            feed.Set(trajectory.Scaled, timestep);
            using var values = session.Run(options, feed.Values, _outputs);
            Note(result, values, trajectory.Shape.Batch, timestep);
            result.NoteStep(step, prompts.Length);
            trajectory.Take(step, Floats(values[0], trajectory.Latents.Length * (trajectory.Shape.Batch / prompts.Length)));
        }

        result.NoteSamples(prompts.Length);
        return result;
    }

    private void Note(RangeCollection result, IReadOnlyList<OrtValue> values, int rows, float timestep)
    {
        var min = values[1].GetTensorDataAsSpan<float>();
        var max = values[2].GetTensorDataAsSpan<float>();
        var squares = values[3].GetTensorDataAsSpan<float>();
        var elements = values[4].GetTensorDataAsSpan<long>();
        int at = 5;
        for (int i = 0; i < observed.Names.Count; i++)
        {
            string name = observed.Names[i];
            if (!float.IsFinite(min[i]) || !float.IsFinite(max[i]) || !float.IsFinite(squares[i]))
            {
                throw new QuantizationException(
                    $"'{name}' takes values that are no numbers, or overflow, at timestep {timestep:0}. The model itself is broken there; render with it first.");
            }

            result[name].Note(min[i], max[i], squares[i], elements[i], rows);
            if (histograms)
            {
                result[name].Histogram!.Add(values[at++].GetTensorDataAsSpan<float>());
            }
        }

        foreach (string name in observed.Channels)
        {
            result[name].NoteChannels(values[at++].GetTensorDataAsSpan<float>(), values[at++].GetTensorDataAsSpan<float>());
        }
    }

    private static string[] Outputs(string prediction, ObservedTensors observed, bool histograms) =>
    [
        prediction, ObservationGraph.Min, ObservationGraph.Max, ObservationGraph.Squares, ObservationGraph.Elements,
        .. histograms ? Enumerable.Range(0, observed.Names.Count).Select(ObservationGraph.Sample) : [],
        .. Enumerable.Range(0, observed.Channels.Count).SelectMany<int, string>(i => [ObservationGraph.ChannelMin(i), ObservationGraph.ChannelMax(i)]),
    ];

    private static ReadOnlySpan<float> Floats(OrtValue value, int length)
    {
        var values = value.GetTensorDataAsSpan<float>();
        return values.Length == length
            ? values
            : throw new QuantizationException($"The UNet gave {values.Length} values where {length} were due; its shapes do not fit its config.json.");
    }
}
