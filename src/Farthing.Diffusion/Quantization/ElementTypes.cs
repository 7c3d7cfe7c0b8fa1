using Farthing.Diffusion.Graphs;
using Farthing.Diffusion.Graphs.Onnx;

namespace Farthing.Diffusion.Quantization;

/// <summary>Element types of a graph's tensors, told from its inputs, its initializers and the operators between.</summary>
internal sealed class ElementTypes
{
    private readonly Dictionary<string, int> _types = new(StringComparer.Ordinal);

    public ElementTypes(GraphProto graph)
    {
        foreach (var input in graph.Input)
        {
            _types[input.Name] = input.Type?.TensorType?.ElemType ?? OnnxTypes.Float;
        }

        foreach (var tensor in graph.Initializer)
        {
            _types[tensor.Name] = tensor.DataType;
        }

        foreach (var node in graph.Node)
        {
            for (int i = 0; i < node.Output.Count; i++)
            {
                _types[node.Output[i]] = Made(node, i);
            }
        }
    }

    /// <summary>A tensor's type; 0 where it can't be told.</summary>
    public int Of(string tensor) => _types.GetValueOrDefault(tensor);

    private int Made(NodeProto node, int output) => node.OpType switch
    {
        "Cast" => (int)(node.Attribute.FirstOrDefault(a => a.Name == "to")?.I ?? 0),
        "CastLike" => Of(node.Input[1]),
        "Constant" => Constant(node),
        "ConstantOfShape" => node.Attribute.FirstOrDefault(a => a.Name == "value")?.T.DataType ?? OnnxTypes.Float,
        "Shape" or "Size" or "NonZero" or "ArgMax" or "ArgMin" => OnnxTypes.Int64,
        "Equal" or "Less" or "LessOrEqual" or "Greater" or "GreaterOrEqual" or "And" or "Or" or "Xor" or "Not" => OnnxTypes.Bool,
        "TopK" when output == 1 => OnnxTypes.Int64,
        "Dropout" or "MaxPool" when output == 1 => node.OpType == "Dropout" ? OnnxTypes.Bool : OnnxTypes.Int64,
        "Where" => Of(node.Input[1]),
        "OneHot" => Of(node.Input[2]),
        "If" => node.Attribute.Select(a => a.G).FirstOrDefault(g => g is not null) is { } body && output < body.Output.Count
            ? body.Output[output].Type?.TensorType?.ElemType ?? 0
            : 0,
        "Loop" => 0,
        _ => node.Input.Count > 0 ? Of(node.Input[0]) : 0,
    };

    private static int Constant(NodeProto node) => node.Attribute.Count == 0 ? 0 : node.Attribute[0].Name switch
    {
        "value" => node.Attribute[0].T.DataType,
        "value_float" or "value_floats" => OnnxTypes.Float,
        "value_int" or "value_ints" => OnnxTypes.Int64,
        _ => 0,
    };
}
