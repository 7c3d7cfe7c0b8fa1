using Farthing.Diffusion.Graphs;
using Farthing.Diffusion.Graphs.Onnx;

namespace Farthing.Diffusion.Quantization;

/// <summary>Finds every MatMul and Conv that is worth int8, and says of each other one with weights why it stays in float.</summary>
/// <remarks>
/// Always in float: time embeddings and everything else with one row a sample (every Gemm of an exported UNet), conv_in and
/// conv_out, whose few channels gain nothing and lose most, and weights too small to matter. So is every node that the
/// rewriting would not understand: a grouped or one-dimensional convolution, weights that are no initializer, a MatMul or Conv
/// inside the body of an If or Loop. MatMuls of two activations (attention's products) are neither targets nor left out.
/// </remarks>
internal static class QuantizationTargets
{
    /// <summary>Weights with fewer elements stay in float.</summary>
    internal const long LeastElements = 64 * 64;

    /// <summary>A convolution with no more channels than this on one side stays in float.</summary>
    internal const long FewChannels = 16;

    private static readonly string[] TimeEmbeddings = ["time_emb", "time_proj", "add_embedding", "label_emb", "time_embedding"];

    /// <summary>All targets in the graph's order, and all nodes with weights that are none.</summary>
    public static (IReadOnlyList<QuantizationTarget> Targets, IReadOnlyList<LeftOut> LeftOut) Find(GraphProto graph) =>
        Find(graph, new GraphIndex(graph));

    internal static (IReadOnlyList<QuantizationTarget> Targets, IReadOnlyList<LeftOut> LeftOut) Find(
        GraphProto graph, GraphIndex index)
    {
        List<QuantizationTarget> targets = [];
        List<LeftOut> leftOut = [];
        foreach (var node in graph.Node)
        {
            string name = GraphIndex.NameOf(node);
            if (node.Attribute.Any(a => a.G is not null && HoldsWeights(a.G)))
            {
                leftOut.Add(new LeftOut(name, $"inside the body of {node.OpType}"));
            }
            else if (node.Domain.Length == 0 && node.OpType is "MatMul" or "Conv" or "Gemm" or "ConvTranspose" && HasWeight(node, index))
            {
                string? reason = WhyNot(node, index);
                if (reason is null)
                {
                    string weight = index.Constant(node.Input[1])!.Value.Tensor.Name;
                    var kind = node.OpType == "Conv" ? TargetKind.Convolution : TargetKind.Linear;
                    targets.Add(new QuantizationTarget(name, kind, node.Input[0], weight, node.Output[0]));
                }
                else
                {
                    leftOut.Add(new LeftOut(name, reason));
                }
            }
        }

        return (targets, leftOut);
    }

    private static bool HoldsWeights(GraphProto body) =>
        body.Node.Any(n => n.OpType is "MatMul" or "Conv" or "Gemm" || n.Attribute.Any(a => a.G is not null && HoldsWeights(a.G)));

    /// <summary>Whether the second operand is constant, in whatever form.</summary>
    private static bool HasWeight(NodeProto node, GraphIndex index) =>
        node.Input.Count > 1 && (node.OpType != "MatMul"
            || index.Constant(node.Input[1]) is not null
            || index.Producer(node.Input[1])?.OpType == "Constant");

    private static string? WhyNot(NodeProto node, GraphIndex index)
    {
        if (node.OpType == "ConvTranspose")
        {
            return "a transposed convolution";
        }

        if (TimeEmbeddings.Any(part => node.Name.Contains(part, StringComparison.Ordinal)))
        {
            return "a time embedding";
        }

        if (node.OpType == "Gemm")
        {
            return "one row a sample";
        }

        if (index.Constant(node.Input[1]) is not { } weight)
        {
            return "its weights are not an initializer";
        }

        if (weight.Tensor.DataType != OnnxTypes.Float)
        {
            return $"its weights are {OnnxTypes.Name(weight.Tensor.DataType)}";
        }

        return node.OpType == "Conv" ? WhyNot(node, weight.Tensor, weight.Transposed, index) : WhyNot(weight.Tensor);
    }

    private static string? WhyNot(TensorProto weight) => weight.Dims.Count switch
    {
        not 2 => $"its weights have {weight.Dims.Count} dimensions",
        _ when Elements(weight) < LeastElements => $"only {Elements(weight)} weights",
        _ => null,
    };

    private static string? WhyNot(NodeProto conv, TensorProto weight, bool transposed, GraphIndex index)
    {
        if (weight.Dims.Count != 4 || transposed)
        {
            return "not a two-dimensional convolution";
        }

        if (conv.Attribute.FirstOrDefault(a => a.Name == "group") is { I: not 1 })
        {
            return "a grouped convolution";
        }

        if (conv.Input.Count > 2 && conv.Input[2].Length > 0 && index.Initializer(conv.Input[2]) is null)
        {
            return "its bias is not an initializer";
        }

        if (Math.Min(weight.Dims[0], weight.Dims[1]) <= FewChannels
            || conv.Name.Contains("conv_in/", StringComparison.Ordinal) || conv.Name.Contains("conv_out/", StringComparison.Ordinal))
        {
            return $"{weight.Dims[1]} channels in, {weight.Dims[0]} out";
        }

        return Elements(weight) < LeastElements ? $"only {Elements(weight)} weights" : null;
    }

    private static long Elements(TensorProto tensor) => tensor.Dims.Aggregate(1L, (product, size) => product * size);
}
