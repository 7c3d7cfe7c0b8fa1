using System.Buffers.Binary;
using Farthing.Diffusion.Graphs.Onnx;

namespace Farthing.Diffusion.Graphs;

/// <summary>
/// The value of a small float expression in a graph: constants, and what exporters compute of a tensor's last size, such as
/// attention's √(1/√d).
/// </summary>
/// <param name="index">The graph.</param>
internal sealed class ScalarExpression(GraphIndex index)
{
    /// <summary>The value of a tensor of one element; null where it is no such expression.</summary>
    /// <param name="name">The tensor.</param>
    /// <param name="lastSize">What the last size of a shape is taken for; null where nobody knows it.</param>
    public double? Evaluate(string name, int? lastSize)
    {
        if (index.ValueOf(name) is { } constant)
        {
            return Value(constant);
        }

        if (index.Producer(name) is not { } node)
        {
            return null;
        }

        return node.OpType switch
        {
            "Cast" or "Identity" or "Squeeze" or "Unsqueeze" => Evaluate(node.Input[0], lastSize),
            "Sqrt" => Evaluate(node.Input[0], lastSize) is { } x ? Math.Sqrt(x) : null,
            "Div" => Evaluate(node.Input[0], lastSize) / Evaluate(node.Input[1], lastSize),
            "Mul" => Evaluate(node.Input[0], lastSize) * Evaluate(node.Input[1], lastSize),
            "Slice" or "Gather" when IsShape(node.Input[0]) && Evaluate(node.Input[1], null) == -1 => lastSize,
            _ => null,
        };
    }

    private bool IsShape(string name) => index.Producer(name)?.OpType == "Shape";

    private static double? Value(TensorProto tensor)
    {
        if (tensor.Dims.Aggregate(1L, (product, size) => product * size) != 1)
        {
            return null;
        }

        var raw = tensor.RawData.Span;
        return (tensor.DataType, raw.Length) switch
        {
            (OnnxTypes.Float, 4) => BinaryPrimitives.ReadSingleLittleEndian(raw),
            (OnnxTypes.Int64, 8) => BinaryPrimitives.ReadInt64LittleEndian(raw),
            (OnnxTypes.Double, 8) => BinaryPrimitives.ReadDoubleLittleEndian(raw),
            (OnnxTypes.Float, 0) when tensor.FloatData.Count == 1 => tensor.FloatData[0],
            (OnnxTypes.Int64, 0) when tensor.Int64Data.Count == 1 => tensor.Int64Data[0],
            _ => null,
        };
    }
}
