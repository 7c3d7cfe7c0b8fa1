using System.Buffers;
using System.Numerics.Tensors;
using Farthing.Diffusion.Graphs;
using Farthing.Diffusion.Graphs.Onnx;

namespace Farthing.Diffusion.Quantization;

/// <summary>Writes a UNet in half precision, for GPUs.</summary>
/// <remarks>
/// Inputs and outputs stay FLOAT, with a Cast behind or in front: latents are kept in single precision between steps, and a
/// timestep of 999 has no exact neighbours in half precision. Single precision is kept where half would overflow or be too
/// coarse: the statistics of group norms (InstanceNormalization over a whole picture), and all that leads from the timestep
/// and the time ids to their sines. LayerNormalization and Softmax sum in single precision by themselves.
/// </remarks>
internal static class Float16Writer
{
    /// <summary>Writes model.onnx and, for a large model, its data file into an existing folder.</summary>
    /// <param name="sourceModel">Path of the float UNet's model.onnx.</param>
    /// <param name="targetFolder">An existing folder.</param>
    /// <param name="progress">Told after each tensor of weights; the layer is its name.</param>
    /// <param name="cancellation">Looked at before each tensor.</param>
    /// <exception cref="QuantizationException">The model is unfit.</exception>
    public static FloatWriteReport Write(
        string sourceModel, string targetFolder, IProgress<LayerProgress>? progress, CancellationToken cancellation)
    {
        var model = ModelFiles.ReadChecked(sourceModel);
        ZeroScoreRemoval.Apply(model.Graph);
        using var source = new SourceTensors(sourceModel);
        using var store = ModelFiles.NewStore(model.Graph, targetFolder);
        var form = Float16Form.Rewrite(model.Graph);
        var saturated = Convert(model.Graph, form.HalfInitializers, source, store, progress, cancellation);
        long bytes = ModelFiles.Write(model, Path.Combine(targetFolder, Int8ModelWriter.CpuFile), source, store);
        return new FloatWriteReport(form.HalfNodes, form.Kept, saturated, bytes + store.Bytes);
    }

    private static List<string> Convert(
        GraphProto graph,
        IReadOnlySet<string> wanted,
        SourceTensors source,
        TensorStore store,
        IProgress<LayerProgress>? progress,
        CancellationToken cancellation)
    {
        List<string> saturated = [];
        int done = 0;
        for (int i = 0; i < graph.Initializer.Count; i++)
        {
            var tensor = graph.Initializer[i];
            if (!wanted.Contains(tensor.Name))
            {
                continue;
            }

            cancellation.ThrowIfCancellationRequested();
            graph.Initializer[i] = Half(tensor, source, store, saturated);
            progress?.Report(new LayerProgress(++done, wanted.Count, tensor.Name));
        }

        return saturated;
    }

    private static TensorProto Half(TensorProto tensor, SourceTensors source, TensorStore store, List<string> saturated)
    {
        int count = checked((int)ExternalRange.Elements(tensor));
        float[] single = ArrayPool<float>.Shared.Rent(count);
        Half[] half = ArrayPool<Half>.Shared.Rent(count);
        try
        {
            var values = single.AsSpan(0, count);
            source.Read(tensor, values);
            if (ToHalf(values, half.AsSpan(0, count)))
            {
                saturated.Add(tensor.Name);
            }

            return store.Put<Half>(tensor.Name, OnnxTypes.Float16, tensor.Dims, half.AsSpan(0, count));
        }
        finally
        {
            ArrayPool<float>.Shared.Return(single);
            ArrayPool<Half>.Shared.Return(half);
        }
    }

    /// <summary>Rounds to half precision, with what is beyond its range clipped to it; true where something was.</summary>
    internal static bool ToHalf(Span<float> values, Span<Half> half)
    {
        float greatest = (float)System.Half.MaxValue;
        bool beyond = !values.IsEmpty && Math.Abs(TensorPrimitives.MaxMagnitude<float>(values)) > greatest;
        if (beyond)
        {
            TensorPrimitives.Clamp(values, -greatest, greatest, values);
        }

        TensorPrimitives.ConvertToHalf(values, half);
        return beyond;
    }
}

/// <summary>What the writer did.</summary>
/// <param name="Nodes">Nodes that compute in half precision.</param>
/// <param name="KeptNodes">Nodes that still compute in single precision, and why.</param>
/// <param name="Saturated">Tensors of which a value was beyond half precision's range and was clipped to it.</param>
/// <param name="Bytes">Bytes written.</param>
internal sealed record FloatWriteReport(int Nodes, IReadOnlyList<LeftOut> KeptNodes, IReadOnlyList<string> Saturated, long Bytes);
