using System.Buffers.Binary;
using Farthing.Diffusion.Graphs.Onnx;

namespace Farthing.Diffusion.Graphs;

/// <summary>
/// The value of a small float expression in a graph: constants, and what exporters compute of a tensor's last size, such as
/// attention's √(1/√d).
/// </summary>
/// <param name="producers">The node that makes each tensor.</param>
/// <param name="initializers">The graph's initializers by name.</param>
internal sealed class ScalarExpression(
    IReadOnlyDictionary<string, NodeProto> producers, IReadOnlyDictionary<string, TensorProto> initializers)
{
    /// <summary>The value of a tensor of one element; null where it is no such expression.</summary>
    /// <param name="name">The tensor.</param>
    /// <param name="lastSize">What the last size of a shape is taken for; null where nobody knows it.</param>
    public double? Evaluate(string name, int? lastSize)
    {
        if (Constant(name) is { } constant)
        {
            return Value(constant);
        }

        if (!producers.TryGetValue(name, out var node))
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

    /// <summary>The integers of a small constant; null where it is none.</summary>
    public long[]? Integers(string name)
    {
        if (Constant(name) is not { DataType: 7 } tensor)
        {
            return null;
        }

        if (tensor.Int64Data.Count > 0)
        {
            return [.. tensor.Int64Data];
        }

        long[] values = new long[tensor.RawData.Length / sizeof(long)];
        for (int i = 0; i < values.Length; i++)
        {
            values[i] = BinaryPrimitives.ReadInt64LittleEndian(tensor.RawData.Span[(i * sizeof(long))..]);
        }

        return values;
    }

    private bool IsShape(string name) => producers.TryGetValue(name, out var node) && node.OpType == "Shape";

    private TensorProto? Constant(string name)
    {
        if (producers.TryGetValue(name, out var node))
        {
            return node.OpType == "Constant" ? node.Attribute.FirstOrDefault(a => a.Name == "value")?.T : null;
        }

        return initializers.GetValueOrDefault(name);
    }

    private static double? Value(TensorProto tensor)
    {
        if (tensor.Dims.Aggregate(1L, (product, size) => product * size) != 1)
        {
            return null;
        }

        var raw = tensor.RawData.Span;
        return (tensor.DataType, raw.Length) switch
        {
            (1, 4) => BinaryPrimitives.ReadSingleLittleEndian(raw),
            (7, 8) => BinaryPrimitives.ReadInt64LittleEndian(raw),
            (11, 8) => BinaryPrimitives.ReadDoubleLittleEndian(raw),
            (1, 0) when tensor.FloatData.Count == 1 => tensor.FloatData[0],
            (7, 0) when tensor.Int64Data.Count == 1 => tensor.Int64Data[0],
            _ => null,
        };
    }
}
