using Farthing.Diffusion.Graphs;
using Farthing.Diffusion.Graphs.Onnx;

namespace Farthing.Diffusion.Operators.Rounding;

/// <summary>
/// Lets an operator of <see cref="OperatorDomain"/> give bytes itself where nothing but a QuantizeLinear reads its floats, which then
/// never reach memory.
/// </summary>
internal sealed class RoundedOutputRewrite
{
    private readonly GraphIndex _index;

    private RoundedOutputRewrite(GraphProto graph) => _index = new GraphIndex(graph);

    /// <summary>Rewrites in place and gives the number of operators.</summary>
    public static int Apply(ModelProto model) => OperatorDomain.Fuse(model, "QuantizeLinear", new RoundedOutputRewrite(model.Graph).Match);

    /// <summary>Whether a node rounds a tensor to unsigned bytes, one scale and zero point for all of it, and nobody else reads the tensor.</summary>
    public static bool IsOnlyReader(GraphIndex index, NodeProto quantize) =>
        quantize is { OpType: "QuantizeLinear", Input.Count: 3 }
        && index.OnlyConsumer(quantize.Input[0]) == quantize
        && IsOne(index.ValueOf(quantize.Input[1]), OnnxTypes.Float) && IsOne(index.ValueOf(quantize.Input[2]), OnnxTypes.UInt8);

    private static bool IsOne(TensorProto? tensor, int type) => tensor?.DataType == type && tensor.Dims.All(static size => size == 1);

    private (NodeProto Last, NodeProto Fused)? Match(NodeProto quantize)
    {
        if (!IsOnlyReader(_index, quantize)
            || _index.Producer(quantize.Input[0]) is not { Domain: OperatorDomain.Name, Output.Count: 1 } node
            || !OperatorDomain.CanRound(node.OpType))
        {
            return null;
        }

        var rounding = node.Clone();
        rounding.OpType += FusedOperator.RoundingSuffix;
        rounding.Name += FusedOperator.RoundingSuffix;
        rounding.Input.AddRange([quantize.Input[1], quantize.Input[2]]);
        rounding.Output[0] = quantize.Output[0];
        return (quantize, rounding);
    }
}
