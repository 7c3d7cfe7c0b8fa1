using Farthing.Diffusion.Graphs;
using Farthing.Diffusion.Graphs.Onnx;

namespace Farthing.Diffusion.Quantization;

/// <summary>
/// The form that TensorRT wants: QuantizeLinear and DequantizeLinear around the inputs of every target, signed bytes with
/// zero point 0 throughout, a scale a tensor for activations, a scale an output channel for weights. Biases stay float.
/// </summary>
internal sealed class QdqForm
{
    private readonly QuantizationPlan _plan;
    private readonly FormBuilder _builder;
    private readonly HashSet<string> _done = new(StringComparer.Ordinal);

    private QdqForm(GraphProto graph, QuantizationPlan plan)
    {
        _plan = plan;
        _builder = new FormBuilder(graph);
    }

    /// <summary>Rewrites a float graph in place.</summary>
    /// <param name="graph">The graph.</param>
    /// <param name="plan">What becomes int8, and how; made from this graph or one with the same tensors.</param>
    /// <param name="weights">Quantized weights by the target's output.</param>
    public static void Rewrite(GraphProto graph, QuantizationPlan plan, IReadOnlyDictionary<string, QuantizedWeight> weights)
    {
        var form = new QdqForm(graph, plan);
        foreach (var node in graph.Node)
        {
            if (plan.Target(node) is { } target)
            {
                node.Input[0] = form.Activation(target.Input);
                node.Input[1] = WeightDequantize(form._builder, target, weights[target.Output]);
            }

            form._builder.Keep(node);
        }

        form._builder.Finish();
    }

    /// <summary>Adds the DequantizeLinear in front of a target's weights and gives its output.</summary>
    public static string WeightDequantize(FormBuilder builder, QuantizationTarget target, QuantizedWeight weight)
    {
        string output = target.Output + "/weight";
        var node = builder.Add(
            "DequantizeLinear", output + "/Dequantize", [builder.Constant(weight.Bytes), builder.Constant(weight.Scales)], output);
        node.Attribute.Add(FormBuilder.Number("axis", target.Kind == TargetKind.Linear ? 1 : 0));
        return output;
    }

    private string Activation(string tensor)
    {
        string output = tensor + "/qdq";
        if (_done.Add(tensor))
        {
            var split = _plan.SplitOf(tensor);
            float step = split?.Symmetric ?? ActivationGrid.Symmetric(_plan.Range(tensor));
            string scale = _builder.Scalar(tensor + "/s8/scale", OnnxTypes.Float, step);
            string zero = _builder.Scalar("farthing/s8/zero", OnnxTypes.Int8, (sbyte)0);
            _builder.Add("QuantizeLinear", tensor + "/Quantize", [split is null ? tensor : Scaled(split), scale, zero], tensor + "/s8");
            _builder.Add("DequantizeLinear", tensor + "/Dequantize", [tensor + "/s8", scale, zero], output);
        }

        return output;
    }

    /// <summary>Concatenates the halves with the narrower ones divided by their ratio, which is in the weights.</summary>
    private string Scaled(SplitConcat split)
    {
        string output = split.Concat.Output;
        string[] halves = [.. split.Concat.Halves];
        for (int i = 0; i < halves.Length; i++)
        {
            if (split.Ratio(i) < 1)
            {
                string ratio = _builder.Scalar($"{output}/half{i}/ratio", OnnxTypes.Float, 1 / split.Ratio(i));
                _builder.Add("Mul", $"{output}/half{i}/Mul", [halves[i], ratio], $"{output}/half{i}");
                halves[i] = $"{output}/half{i}";
            }
        }

        _builder.Add("Concat", output + "/Concat", halves, output + "/scaled").Attribute.Add(FormBuilder.Number("axis", 1));
        return output + "/scaled";
    }
}
