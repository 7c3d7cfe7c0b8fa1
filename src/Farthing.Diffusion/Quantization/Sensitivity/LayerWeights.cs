using Farthing.Diffusion.Graphs;
namespace Farthing.Diffusion.Quantization.Sensitivity;

/// <summary>Reads targets' float weights, one at a time.</summary>
internal sealed class LayerWeights(string sourceModel, GraphIndex index) : IDisposable
{
    private readonly SourceTensors _source = new(sourceModel);

    /// <summary>A target's weights as its node reads them: [in, out] of a linear, [out, in, height, width] of a convolution.</summary>
    public (float[] Values, long[] Dims) Read(QuantizationTarget target)
    {
        var (tensor, transposed) = index.Constant(index.Producer(target.Output)!.Input[1])!.Value;
        float[] values = _source.Read(tensor);
        if (!transposed)
        {
            return (values, [.. tensor.Dims]);
        }

        int rows = (int)tensor.Dims[0], columns = (int)tensor.Dims[1];
        float[] turned = new float[values.Length];
        for (int row = 0; row < rows; row++)
        {
            for (int column = 0; column < columns; column++)
            {
                turned[(column * rows) + row] = values[(row * columns) + column];
            }
        }

        return (turned, [columns, rows]);
    }

    /// <summary>The shape of a target's weights as its node reads them.</summary>
    public long[] Dims(QuantizationTarget target)
    {
        var (tensor, transposed) = index.Constant(index.Producer(target.Output)!.Input[1])!.Value;
        return transposed ? [tensor.Dims[1], tensor.Dims[0]] : [.. tensor.Dims];
    }

    /// <summary>The weights that int8 leaves of a target's, and their relative error.</summary>
    /// <param name="target">The target.</param>
    /// <param name="weights">Its weights, which are overwritten.</param>
    /// <param name="dims">Their shape.</param>
    /// <param name="factors">SmoothQuant's factors of the input channels, which multiply the weights; empty for none.</param>
    public static double Round(QuantizationTarget target, float[] weights, long[] dims, ReadOnlySpan<float> factors)
    {
        sbyte[] bytes = new sbyte[weights.Length];
        float[] scales = new float[target.Kind == TargetKind.Linear ? dims[1] : dims[0]];
        if (target.Kind == TargetKind.Convolution)
        {
            double filters = WeightQuantizer.Rows(weights, [], bytes, scales);
            int length = weights.Length / scales.Length;
            for (int i = 0; i < weights.Length; i++)
            {
                weights[i] = bytes[i] * scales[i / length];
            }

            return filters;
        }

        Multiply(weights, scales.Length, factors);
        double columns = WeightQuantizer.Columns(weights, bytes, scales);
        for (int i = 0; i < weights.Length; i++)
        {
            weights[i] = bytes[i] * scales[i % scales.Length];
        }

        return columns;
    }

    public void Dispose() => _source.Dispose();

    private static void Multiply(Span<float> weights, int columns, ReadOnlySpan<float> factors)
    {
        for (int row = 0; row < factors.Length; row++)
        {
            var part = weights.Slice(row * columns, columns);
            System.Numerics.Tensors.TensorPrimitives.Multiply(part, factors[row], part);
        }
    }
}
