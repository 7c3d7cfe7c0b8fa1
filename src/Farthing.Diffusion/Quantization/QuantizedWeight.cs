using System.Buffers;
using System.Numerics.Tensors;
using Farthing.Diffusion.Graphs;
using Farthing.Diffusion.Graphs.Onnx;

namespace Farthing.Diffusion.Quantization;

/// <summary>A target's weights as signed bytes.</summary>
/// <param name="Bytes">The initializer: [in, out] of a linear, [out, in, height, width] of a convolution.</param>
/// <param name="Scales">The initializer of the scales, [out].</param>
/// <param name="Values">The scales.</param>
/// <param name="Error">Relative error.</param>
internal sealed record QuantizedWeight(TensorProto Bytes, TensorProto Scales, float[] Values, double Error);

/// <summary>Reads, folds, quantizes and stores weights, one tensor at a time.</summary>
internal sealed class WeightStore(GraphIndex index, SourceTensors source, TensorStore store)
{
    private readonly Dictionary<(string Weight, float[]? Factors), QuantizedWeight> _done = [];

    /// <summary>Quantizes one target's weights; those that several linears share once.</summary>
    /// <param name="target">The target.</param>
    /// <param name="node">Its node.</param>
    /// <param name="factors">Factors of the input channels; null for none.</param>
    /// <param name="leastScales">[out]: least scales of a convolution's filters; empty for no bound.</param>
    public QuantizedWeight Quantize(QuantizationTarget target, NodeProto node, float[]? factors, ReadOnlySpan<float> leastScales)
    {
        var (tensor, transposed) = index.Constant(node.Input[1])!.Value;
        var key = (node.Input[1], factors);
        if (target.Kind == TargetKind.Linear && _done.TryGetValue(key, out var done))
        {
            return done;
        }

        int count = checked((int)ExternalRange.Elements(tensor));
        float[] weights = ArrayPool<float>.Shared.Rent(count);
        sbyte[] bytes = ArrayPool<sbyte>.Shared.Rent(count);
        try
        {
            var values = weights.AsSpan(0, count);
            source.Read(tensor, values);
            int rows = (int)tensor.Dims[0], columns = count / rows;
            long[] dims = [.. tensor.Dims];
            if (transposed)
            {
                Transpose(values, rows, columns);
                (rows, columns) = (columns, rows);
                dims = [rows, columns];
            }

            CheckFactors(target, factors, target.Kind == TargetKind.Linear ? rows : (int)tensor.Dims[1]);
            float[] scales = new float[target.Kind == TargetKind.Linear ? columns : rows];
            double error;
            if (target.Kind == TargetKind.Linear)
            {
                MultiplyBlocks(values, factors, columns);
                error = WeightQuantizer.Columns(values, bytes.AsSpan(0, count), scales);
            }
            else
            {
                MultiplyBlocks(values, factors, columns / (int)tensor.Dims[1]);
                error = WeightQuantizer.Rows(values, leastScales, bytes.AsSpan(0, count), scales);
            }

            if (!double.IsFinite(error))
            {
                throw new QuantizationException(
                    $"The weights '{tensor.Name}' of {target.Node} hold NaN or infinity; the model is damaged: copy or export it again.");
            }

            string name = _done.Keys.Any(k => k.Weight == key.Item1) ? $"{node.Input[1]}/{_done.Count}" : node.Input[1];
            return _done[key] = new QuantizedWeight(
                store.Put<sbyte>(name + "/s8", OnnxTypes.Int8, dims, bytes.AsSpan(0, count)),
                store.Put<float>(name + "/scales", OnnxTypes.Float, [scales.Length], scales),
                scales,
                error);
        }
        finally
        {
            ArrayPool<float>.Shared.Return(weights);
            ArrayPool<sbyte>.Shared.Return(bytes);
        }
    }

    private static void CheckFactors(QuantizationTarget target, float[]? factors, int channels)
    {
        if (factors is not null && (factors.Length != channels || factors.Any(f => !(f > 0 && float.IsFinite(f)))))
        {
            throw new QuantizationException(
                $"{target.Node} has {channels} input channels, and {factors.Length} factors, which must be positive; collect the ranges again, from this model.");
        }
    }

    /// <summary>Multiplies block after block with one factor each, beginning again with the first when all are used.</summary>
    private static void MultiplyBlocks(Span<float> values, float[]? factors, int block)
    {
        for (int start = 0, i = 0; factors is not null && start < values.Length; start += block, i++)
        {
            var part = values.Slice(start, block);
            TensorPrimitives.Multiply(part, factors[i % factors.Length], part);
        }
    }

    private static void Transpose(Span<float> values, int rows, int columns)
    {
        float[] copy = ArrayPool<float>.Shared.Rent(values.Length);
        values.CopyTo(copy);
        for (int row = 0; row < rows; row++)
        {
            for (int column = 0; column < columns; column++)
            {
                values[(column * rows) + row] = copy[(row * columns) + column];
            }
        }

        ArrayPool<float>.Shared.Return(copy);
    }
}
