using Farthing.Diffusion.Graphs;
using Farthing.Diffusion.Graphs.Onnx;

namespace Farthing.Diffusion.Quantization;

/// <summary>
/// Operators whose types and meaning the rewriters know. A rewriter touches MatMul, Conv and LayerNormalization and leaves
/// all others in float, but must know of each what type its outputs have, and that no weight hides in it that ought to have
/// been quantized. An operator that is not listed is refused by name, rather than left in float unnoticed.
/// </summary>
internal static class KnownOperators
{
    /// <summary>ONNX's own operators that image models are exported with.</summary>
    private static readonly HashSet<string> Standard = new(StringComparer.Ordinal)
    {
        "Abs", "Add", "And", "ArgMax", "ArgMin", "AveragePool", "BatchNormalization", "Cast", "CastLike", "Ceil", "Clip", "Concat",
        "Constant", "ConstantOfShape", "Conv", "ConvTranspose", "Cos", "CumSum", "DepthToSpace", "Div", "Dropout", "Einsum", "Elu",
        "Equal", "Erf", "Exp", "Expand", "EyeLike", "Flatten", "Floor", "Gather", "GatherElements", "GatherND", "Gelu", "Gemm",
        "GlobalAveragePool", "Greater", "GreaterOrEqual", "GroupNormalization", "HardSigmoid", "HardSwish", "Identity", "If",
        "InstanceNormalization", "LayerNormalization", "LeakyRelu", "Less", "LessOrEqual", "Log", "LogSoftmax", "Loop", "MatMul",
        "Max", "MaxPool", "Mean", "Min", "Mish", "Mod", "Mul", "Neg", "NonZero", "Not", "OneHot", "Or", "PRelu", "Pad", "Pow", "Range",
        "Reciprocal", "ReduceL1", "ReduceL2", "ReduceMax", "ReduceMean", "ReduceMin", "ReduceProd", "ReduceSum", "ReduceSumSquare",
        "Relu", "Reshape", "Resize", "Round", "ScatterElements", "ScatterND", "Shape", "Sigmoid", "Sign", "Sin", "Size", "Slice",
        "Softmax", "Softplus", "Softsign", "SpaceToDepth", "Split", "Sqrt", "Squeeze", "Sub", "Sum", "Swish", "Tan", "Tanh", "Tile",
        "TopK", "Transpose", "Trilu", "Unsqueeze", "Upsample", "Where", "Xor",
    };

    /// <summary>ONNX Runtime's own operators without weights of a kind that is quantized.</summary>
    private static readonly HashSet<string> Contributed = new(StringComparer.Ordinal)
    {
        "BiasAdd", "BiasGelu", "BiasSoftmax", "BiasSplitGelu", "FastGelu", "Gelu", "GroupNorm", "MultiHeadAttention", "QuickGelu",
        "SkipGroupNorm", "SkipLayerNormalization", "SimplifiedLayerNormalization",
    };

    /// <summary>Refuses the first operator that is not known.</summary>
    /// <exception cref="QuantizationException">There is one.</exception>
    public static void Check(string sourceModel, GraphProto graph)
    {
        foreach (var node in graph.Node)
        {
            bool known = node.Domain switch
            {
                "" or "ai.onnx" => Standard.Contains(node.OpType),
                "com.microsoft" => Contributed.Contains(node.OpType),
                _ => false,
            };
            if (!known)
            {
                string domain = node.Domain.Length == 0 ? "" : $" of domain '{node.Domain}'";
                throw new QuantizationException(
                    $"{sourceModel} has an operator that was never seen in a UNet: {node.OpType}{domain}, first as '{GraphIndex.NameOf(node)}'. "
                    + "What it does to quantized neighbours is not known. Export the model with optimum, without graph optimisation and custom operators.");
            }

            foreach (var attribute in node.Attribute.Where(a => a.G is not null))
            {
                Check(sourceModel, attribute.G);
            }
        }
    }
}
