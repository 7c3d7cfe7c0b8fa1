using Farthing.Diffusion.Graphs;
using Farthing.Diffusion.Graphs.Onnx;

namespace Farthing.Diffusion.Operators.Activations;

/// <summary>
/// Puts <see cref="FusedGeglu"/> where a graph has it as exporters write it: two Slices that halve a tensor, the second through
/// Div, Erf, Add, Mul and Mul, and their product. What does not fit is left as it is.
/// </summary>
internal sealed class GegluRewrite
{
    private const int AttributeInt = 2;

    private readonly GraphIndex _index;
    private readonly ScalarExpression _scalars;

    private GegluRewrite(GraphProto graph)
    {
        _index = new GraphIndex(graph);
        _scalars = new ScalarExpression(_index);
    }

    /// <summary>Rewrites in place and gives the number of activations; 0 on a processor without the instructions.</summary>
    public static int Apply(ModelProto model) =>
        FusedGeglu.IsSupported ? OperatorDomain.Fuse(model, "Erf", new GegluRewrite(model.Graph).Match) : 0;

    private (NodeProto Last, NodeProto Fused)? Match(NodeProto erf)
    {
        if (_index.Producer(erf.Input[0]) is not { OpType: "Div" } root || !Is(root.Input[1], Math.Sqrt(2))
            || _index.Producer(root.Input[0]) is not { OpType: "Slice" } gate
            || _index.OnlyConsumer(erf.Output[0]) is not { OpType: "Add" } sum || !Is(Other(sum, erf.Output[0]), 1)
            || _index.OnlyConsumer(sum.Output[0]) is not { OpType: "Mul" } product || Other(product, sum.Output[0]) != gate.Output[0]
            || _index.OnlyConsumer(product.Output[0]) is not { OpType: "Mul" } gelu || !Is(Other(gelu, product.Output[0]), 0.5)
            || _index.OnlyConsumer(gelu.Output[0]) is not { OpType: "Mul" } last
            || _index.Producer(Other(last, gelu.Output[0])) is not { OpType: "Slice" } gated
            || HalvedAxis(gated, gate) is not { } axis)
        {
            return null;
        }

        var node = new NodeProto
        {
            Name = $"{last.Name}/FusedGeglu",
            Domain = OperatorDomain.Name,
            OpType = "FusedGeglu",
            Input = { gated.Input[0] },
            Output = { last.Output[0] },
            Attribute = { new AttributeProto { Name = "axis", Type = AttributeInt, I = axis } },
        };
        return (last, node);
    }

    /// <summary>The axis along which the first Slice takes the first half of a tensor and the second one the rest; null otherwise.</summary>
    private long? HalvedAxis(NodeProto first, NodeProto second)
    {
        string x = first.Input[0];
        bool isHalf = second.Input[0] == x && first.Input.Count == 4 && second.Input.Count == 4
            && _index.Integers(first.Input[1]) is [0] && first.Input[2] == second.Input[1]
            && _index.Integers(first.Input[3]) is [_] axes && _index.Integers(second.Input[3]) is [var other] && axes[0] == other;
        if (!isHalf)
        {
            return null;
        }

        long axis = _index.Integers(first.Input[3])![0];
        return HalvesOf(first.Input[2]) is (1, var half) && IsHalf(half, x, axis)
            && (_index.Integers(second.Input[2]) is [>= int.MaxValue] || (HalvesOf(second.Input[2]) is (2, var whole) && whole == half))
            ? axis
            : null;
    }

    /// <summary>A number of halves as exporters write it: half · number, or half itself.</summary>
    private (long Number, string Half)? HalvesOf(string name) => _index.Producer(name) switch
    {
        { OpType: "Mul" } times when _index.Integers(times.Input[1]) is [var number] => (number, times.Input[0]),
        { OpType: "Div" } => (1, name),
        _ => null,
    };

    /// <summary>Whether a tensor is the size of another along an axis, over two: (size + 1) / 2, or size / 2.</summary>
    private bool IsHalf(string name, string of, long axis)
    {
        if (_index.Producer(name) is not { OpType: "Div" } half || _index.Integers(half.Input[1]) is not [2])
        {
            return false;
        }

        string size = _index.Producer(half.Input[0]) is { OpType: "Add" } plus && _index.Integers(plus.Input[1]) is [1] ? plus.Input[0] : half.Input[0];
        return _index.Producer(size) is { OpType: "Gather" } gather && _index.Integers(gather.Input[1]) is [var index] && index == axis
            && _index.Producer(gather.Input[0]) is { OpType: "Shape", Attribute.Count: 0 } shape && shape.Input[0] == of;
    }

    private bool Is(string name, double value) => _scalars.Evaluate(name, null) is { } found && Math.Abs(found - value) < 1e-6;

    private static string Other(NodeProto node, string than) => node.Input[0] == than ? node.Input[1] : node.Input[0];
}
