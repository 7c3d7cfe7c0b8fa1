using Farthing.Diffusion.Graphs;
using Farthing.Diffusion.Graphs.Onnx;
using Farthing.Diffusion.Operators.Rounding;

namespace Farthing.Diffusion.Operators.Norms;

/// <summary>
/// Puts <see cref="FusedLayerNorm"/> where nothing but a QuantizeLinear reads a LayerNormalization along the last axis, together with
/// the Add of a quantized layer's output before it. What does not fit is left as it is.
/// </summary>
internal sealed class LayerNormRewrite
{
    private readonly GraphIndex _index;
    private readonly Dictionary<NodeProto, int> _places = new(ReferenceEqualityComparer.Instance);
    private readonly ScalarExpression _scalars;
    private readonly HashSet<NodeProto> _sums = new(ReferenceEqualityComparer.Instance);

    private LayerNormRewrite(GraphProto graph)
    {
        _index = new GraphIndex(graph);
        _scalars = new ScalarExpression(_index);
        for (int i = 0; i < graph.Node.Count; i++)
        {
            _places[graph.Node[i]] = i;
        }
    }

    /// <summary>Rewrites in place and gives the number of norms; 0 on a processor without the instructions.</summary>
    public static int Apply(ModelProto model)
    {
        if (!FusedLayerNorm.IsSupported)
        {
            return 0;
        }

        var rewrite = new LayerNormRewrite(model.Graph);
        return OperatorDomain.Fuse(model, "QuantizeLinear", rewrite.Match, rewrite._sums);
    }

    private (NodeProto Last, NodeProto Fused)? Match(NodeProto quantize)
    {
        if (!RoundedOutputRewrite.IsOnlyReader(_index, quantize)
            || _index.Producer(quantize.Input[0]) is not { OpType: "LayerNormalization", Domain: "", Input.Count: 3, Output.Count: 1 } norm
            || norm.Attribute.FirstOrDefault(a => a.Name == "axis") is { I: not -1 }
            || !IsFloat(norm.Input[1]) || !IsFloat(norm.Input[2]))
        {
            return null;
        }

        var fused = new NodeProto
        {
            Name = norm.Name + "/Fused",
            Domain = OperatorDomain.Name,
            OpType = FusedLayerNorm.Alone + FusedOperator.RoundingSuffix,
            Input = { norm.Input[0], norm.Input[1], norm.Input[2], quantize.Input[1], quantize.Input[2] },
            Output = { quantize.Output[0] },
        };
        fused.Attribute.AddRange(norm.Attribute.Where(static a => a.Name == "epsilon"));
        if (_index.Producer(norm.Input[0]) is { OpType: "Add" } sum && IsResidual(sum, norm, quantize))
        {
            _sums.Add(sum);
            fused.OpType = FusedLayerNorm.Adding + FusedOperator.RoundingSuffix;
            fused.Input.RemoveAt(0);
            fused.Input.Insert(0, sum.Input[1]);
            fused.Input.Insert(0, sum.Input[0]);
            fused.Output.Add(sum.Output[0]);
        }

        return (quantize, fused);
    }

    /// <summary>
    /// Whether a sum is one of a quantized layer's output and another tensor, which have the same shape in a transformer, and
    /// whoever else reads it stands behind the node that will give it.
    /// </summary>
    private bool IsResidual(NodeProto sum, NodeProto norm, NodeProto quantize) =>
        sum.Input.Any(input => Unchanged(input)?.OpType == "MatMulIntegerToFloat")
        && sum.Input.All(input => _index.ValueOf(input) is null)
        && _index.Consumers(sum.Output[0]).All(reader => reader == norm || (reader.OpType != "LayerNormalization" && _places[reader] > _places[quantize]));

    /// <summary>What makes a tensor, seen through the division by 1 that exporters put behind an attention.</summary>
    private NodeProto? Unchanged(string tensor) =>
        _index.Producer(tensor) is { OpType: "Div" } by && _scalars.Evaluate(by.Input[1], null) is 1 ? _index.Producer(by.Input[0]) : _index.Producer(tensor);

    private bool IsFloat(string name) => _index.Initializer(name)?.DataType == OnnxTypes.Float;
}
