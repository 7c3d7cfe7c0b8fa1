using Farthing.Diffusion.Graphs;
using Farthing.Diffusion.Graphs.Onnx;

namespace Farthing.Diffusion.Quantization;

/// <summary>The bias that the one node after a linear adds.</summary>
/// <param name="Name">The initializer, [out].</param>
/// <param name="Add">The node.</param>
internal sealed record LinearBias(string Name, NodeProto Add)
{
    /// <summary>A linear's bias; null where no single Add of a vector follows.</summary>
    public static LinearBias? Of(QuantizationTarget target, int channels, GraphIndex index)
    {
        if (index.OnlyConsumer(target.Output) is not { OpType: "Add" } add)
        {
            return null;
        }

        string other = add.Input[0] == target.Output ? add.Input[1] : add.Input[0];
        return index.Initializer(other) is { DataType: OnnxTypes.Float } bias && bias.Dims.SequenceEqual([channels])
            ? new LinearBias(other, add)
            : null;
    }
}
