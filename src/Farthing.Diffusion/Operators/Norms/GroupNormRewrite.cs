using System.Runtime.InteropServices;
using Farthing.Diffusion.Graphs;
using Farthing.Diffusion.Graphs.Onnx;

namespace Farthing.Diffusion.Operators.Norms;

/// <summary>
/// Puts <see cref="FusedGroupNorm"/> where a graph normalizes groups as exporters write it: Reshape [0, groups, -1],
/// InstanceNormalization with ones and zeros, Reshape to the shape before, Mul and Add with [channels, 1, 1], and x · sigmoid(x)
/// behind it where nothing else reads x. What does not fit is left as it is.
/// </summary>
internal sealed class GroupNormRewrite
{
    private const int AttributeFloat = 1, AttributeInt = 2;

    private readonly GraphIndex _index;

    private GroupNormRewrite(GraphProto graph) => _index = new GraphIndex(graph);

    /// <summary>Rewrites in place and gives the number of norms; 0 on a processor without the instructions.</summary>
    public static int Apply(ModelProto model) =>
        FusedGroupNorm.IsSupported ? OperatorDomain.Fuse(model, "InstanceNormalization", new GroupNormRewrite(model.Graph).Match) : 0;

    private (NodeProto Last, NodeProto Fused)? Match(NodeProto norm)
    {
        if (_index.Producer(norm.Input[0]) is not { OpType: "Reshape" } split
            || _index.Integers(split.Input[1]) is not [0, > 0 and var groups, -1]
            || !AllAre(norm.Input[1], 1) || !AllAre(norm.Input[2], 0)
            || _index.OnlyConsumer(norm.Output[0]) is not { OpType: "Reshape" } back || !IsShapeOf(back.Input[1], split.Input[0])
            || Affine(back.Output[0]) is not var (scale, shift, shifted))
        {
            return null;
        }

        var silu = Silu(shifted.Output[0]);
        var last = silu ?? shifted;
        var fused = new NodeProto
        {
            Name = $"{norm.Name}/FusedGroupNorm",
            Domain = OperatorDomain.Name,
            OpType = "FusedGroupNorm",
            Input = { split.Input[0], scale, shift },
            Output = { last.Output[0] },
            Attribute =
            {
                new AttributeProto { Name = "groups", Type = AttributeInt, I = groups },
                new AttributeProto { Name = "silu", Type = AttributeInt, I = silu is null ? 0 : 1 },
                new AttributeProto
                {
                    Name = "epsilon",
                    Type = AttributeFloat,
                    F = norm.Attribute.FirstOrDefault(a => a.Name == "epsilon")?.F ?? 1e-5f,
                },
            },
        };
        return (last, fused);
    }

    /// <summary>
    /// Scale, shift and the node that gives the sum: a Mul and an Add with [channels, 1, 1], or the BatchNormalization of mean 0 and
    /// variance 1 that the stored int8 form has in their place.
    /// </summary>
    private (string Scale, string Shift, NodeProto Last)? Affine(string normal)
    {
        var node = _index.OnlyConsumer(normal);
        if (node is { OpType: "BatchNormalization" })
        {
            return node.Input[0] == normal && node.Output.Count == 1
                && node.Attribute.Any(a => a is { Name: "epsilon", F: 0 }) && node.Attribute.All(a => a.Name != "training_mode" || a.I == 0)
                && AllAre(node.Input[3], 0) && AllAre(node.Input[4], 1) && IsFloat(node.Input[1]) && IsFloat(node.Input[2])
                ? (node.Input[1], node.Input[2], node)
                : null;
        }

        return node is { OpType: "Mul" } scaled && Channels(scaled, normal) is { } scale
            && _index.OnlyConsumer(scaled.Output[0]) is { OpType: "Add" } shifted && Channels(shifted, scaled.Output[0]) is { } shift
            ? (scale, shift, shifted)
            : null;
    }

    private bool IsFloat(string name) => _index.Initializer(name)?.DataType == OnnxTypes.Float;

    /// <summary>The Mul of x and sigmoid(x), when nothing else reads x or its sigmoid.</summary>
    private NodeProto? Silu(string x)
    {
        if (_index.IsOutput(x) || _index.Consumers(x).Count != 2
            || _index.Consumers(x).FirstOrDefault(n => n.OpType == "Sigmoid") is not { } sigmoid
            || _index.OnlyConsumer(sigmoid.Output[0]) is not { OpType: "Mul" } product)
        {
            return null;
        }

        return product.Input.Contains(x) && product.Input.Contains(sigmoid.Output[0]) ? product : null;
    }

    /// <summary>The other operand of a Mul or Add, when it is float32 of [channels, 1, 1].</summary>
    private string? Channels(NodeProto node, string than)
    {
        string other = node.Input[0] == than ? node.Input[1] : node.Input[0];
        return _index.Initializer(other) is { DataType: OnnxTypes.Float, Dims: [_, 1, 1] } ? other : null;
    }

    private bool IsShapeOf(string name, string tensor) =>
        _index.Producer(name) is { OpType: "Shape", Attribute.Count: 0 } shape && shape.Input[0] == tensor;

    private bool AllAre(string name, float value) =>
        _index.ValueOf(name) is { DataType: OnnxTypes.Float } tensor
        && (tensor.RawData.IsEmpty
            ? tensor.FloatData.All(v => v == value)
            : !MemoryMarshal.Cast<byte, float>(tensor.RawData.Span).ContainsAnyExcept(value));
}
