using Farthing.Diffusion.Graphs;
using Farthing.Diffusion.Graphs.Onnx;

namespace Farthing.Diffusion.Quantization;

/// <summary>
/// A group norm's gamma and beta, exported as a Mul and an Add that go over the picture one after the other, become one
/// BatchNormalization with mean 0 and variance 1: the same to rounding, in one pass.
/// </summary>
internal static class NormAffine
{
    /// <summary>Rewrites in place and gives the number of pairs that became one.</summary>
    public static int Apply(GraphProto graph)
    {
        var index = new GraphIndex(graph);
        var builder = new FormBuilder(graph);
        var done = new HashSet<NodeProto>(ReferenceEqualityComparer.Instance);
        foreach (var node in graph.Node)
        {
            if (done.Contains(node))
            {
                continue;
            }

            if (Match(node, index) is not { } match)
            {
                builder.Keep(node);
                continue;
            }

            long channels = match.Gamma.Dims[0];
            string[] inputs =
            [
                match.Input, Vector(builder, match.Gamma), Vector(builder, match.Beta),
                builder.Filled($"farthing/zeros/{channels}", (int)channels, 0), builder.Filled($"farthing/ones/{channels}", (int)channels, 1),
            ];
            builder.Add("BatchNormalization", node.Name + "/Affine", inputs, match.Add.Output[0])
                .Attribute.Add(new AttributeProto { Name = "epsilon", Type = 1, F = 0 });
            done.Add(match.Add);
        }

        builder.Finish();
        return done.Count;
    }

    private sealed record Pair(string Input, TensorProto Gamma, TensorProto Beta, NodeProto Add);

    private static Pair? Match(NodeProto mul, GraphIndex index)
    {
        if (mul.OpType != "Mul" || Operands(mul, index) is not var (input, gamma)
            || index.Producer(input) is not { OpType: "Reshape" } shaped
            || index.Producer(shaped.Input[0])?.OpType != "InstanceNormalization"
            || index.OnlyConsumer(mul.Output[0]) is not { OpType: "Add" } add
            || Operands(add, index) is not var (scaled, beta)
            || scaled != mul.Output[0] || !gamma.Dims.SequenceEqual(beta.Dims))
        {
            return null;
        }

        return new Pair(input, gamma, beta, add);
    }

    /// <summary>The activation and the [C, 1, 1] initializer that a node joins.</summary>
    private static (string Input, TensorProto Constant)? Operands(NodeProto node, GraphIndex index)
    {
        for (int side = 0; side < 2; side++)
        {
            if (index.Initializer(node.Input[side]) is { DataType: OnnxTypes.Float } constant
                && constant.Dims is [> 1, 1, 1] && index.Initializer(node.Input[1 - side]) is null)
            {
                return (node.Input[1 - side], constant);
            }
        }

        return null;
    }

    /// <summary>The same values as a vector; they stay where they are.</summary>
    private static string Vector(FormBuilder builder, TensorProto tensor)
    {
        var vector = tensor.Clone();
        vector.Name += "/vector";
        vector.Dims.Clear();
        vector.Dims.Add(tensor.Dims[0]);
        return builder.Constant(vector);
    }
}
