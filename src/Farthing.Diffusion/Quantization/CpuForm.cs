using System.Runtime.InteropServices;
using Farthing.Diffusion.Graphs;
using Farthing.Diffusion.Graphs.Onnx;
using Google.Protobuf;

namespace Farthing.Diffusion.Quantization;

/// <summary>
/// The form that ONNX Runtime's CPU provider runs in int8 without having to fuse anything: unsigned activations, a scale a
/// tensor; signed weights, a scale an output channel.
/// </summary>
/// <remarks>
/// Linear: QuantizeLinear, once for all that read the tensor, then com.microsoft.MatMulIntegerToFloat with the float bias
/// of the Add that follows. Convolution: QuantizeLinear, QLinearConv (bias in 32 bits, at the product of both scales),
/// DequantizeLinear. QuantizeLinear moves ahead of what only moves values about (a nearest-neighbour Resize, Transpose, Reshape):
/// bytes are moved four times as fast, and before a Resize there are a quarter of them.
/// </remarks>
internal sealed class CpuForm
{
    private readonly QuantizationPlan _plan;
    private readonly GraphIndex _index;
    private readonly IReadOnlyDictionary<string, QuantizedWeight> _weights;
    private readonly SourceTensors _source;
    private readonly FormBuilder _builder;
    private readonly Dictionary<string, string> _bytes = new(StringComparer.Ordinal);
    private readonly HashSet<string> _taken = new(StringComparer.Ordinal);

    private CpuForm(
        GraphProto graph, QuantizationPlan plan, IReadOnlyDictionary<string, QuantizedWeight> weights, SourceTensors source)
    {
        _plan = plan;
        _index = new GraphIndex(graph);
        _weights = weights;
        _source = source;
        _builder = new FormBuilder(graph);
    }

    /// <summary>Rewrites a float graph in place.</summary>
    /// <param name="model">The model.</param>
    /// <param name="plan">What becomes int8, and how; made from this graph, or from one with the same tensors around the targets.</param>
    /// <param name="weights">Quantized weights by the target's output.</param>
    /// <param name="source">Reads the convolutions' biases.</param>
    public static void Rewrite(
        ModelProto model, QuantizationPlan plan, IReadOnlyDictionary<string, QuantizedWeight> weights, SourceTensors source)
    {
        var form = new CpuForm(model.Graph, plan, weights, source);
        foreach (var node in model.Graph.Node)
        {
            form.Rewrite(node);
        }

        form._builder.Finish();
        OnnxFile.Import(model, AttentionFusion.Domain);
    }

    /// <summary>The least scale of each filter at which its bias still fits 32 bits.</summary>
    public static float[] LeastScales(ReadOnlySpan<float> bias, float inputScale)
    {
        float[] least = new float[bias.Length];
        for (int i = 0; i < bias.Length; i++)
        {
            least[i] = Math.Abs(bias[i]) / inputScale / (1 << 30);
        }

        return least;
    }

    /// <summary>The scale of a convolution's input bytes.</summary>
    public static float InputScale(QuantizationPlan plan, string input) =>
        plan.SplitOf(input)?.Scale ?? ActivationGrid.Of(plan.Range(input)).Scale;

    private void Rewrite(NodeProto node)
    {
        switch (_plan.Target(node))
        {
            case { Kind: TargetKind.Linear } target:
                Linear(node, target);
                break;
            case { Kind: TargetKind.Convolution } target:
                Convolution(node, target);
                break;
            default:
                if (!_taken.Contains(node.Output[0]))
                {
                    _builder.Keep(node);
                }

                break;
        }
    }

    private void Linear(NodeProto node, QuantizationTarget target)
    {
        var weight = _weights[target.Output];
        var (bytes, scale, zero) = Quantized(target.Input);
        List<string> inputs = [bytes, _builder.Constant(weight.Bytes), scale, _builder.Constant(weight.Scales), zero];
        string output = target.Output;
        if (LinearBias.Of(target, weight.Values.Length, _index) is { } bias)
        {
            inputs.AddRange(["", bias.Name]);
            output = bias.Add.Output[0];
            _taken.Add(output);
        }

        _builder.Add("MatMulIntegerToFloat", target.Node, [.. inputs], output, AttentionFusion.Domain);
    }

    private void Convolution(NodeProto node, QuantizationTarget target)
    {
        var weight = _weights[target.Output];
        var (bytes, scale, zero) = Quantized(target.Input);
        string output = target.Output, outputBytes = output + "/u8";
        var (outputScale, outputZero) = Grid(output, ActivationGrid.Of(_plan.Range(output)));
        List<string> inputs =
        [
            bytes, scale, zero,
            _builder.Constant(weight.Bytes), _builder.Constant(weight.Scales), _builder.Scalar("farthing/s8/zero", OnnxTypes.Int8, (sbyte)0),
            outputScale, outputZero,
        ];
        if (node.Input.Count > 2 && node.Input[2].Length > 0)
        {
            inputs.Add(_builder.Constant(Bias(target, node.Input[2], weight)));
        }

        var conv = _builder.Add("QLinearConv", target.Node, [.. inputs], outputBytes);
        conv.Attribute.AddRange(node.Attribute);
        _builder.Add("DequantizeLinear", output + "/Dequantize", [outputBytes, outputScale, outputZero], output);
        _bytes[output] = outputBytes;
    }

    private TensorProto Bias(QuantizationTarget target, string name, QuantizedWeight weight)
    {
        float[] bias = _source.Read(_plan.Index.Initializer(name)!);
        float inputScale = InputScale(_plan, target.Input);
        int[] values = new int[bias.Length];
        for (int i = 0; i < bias.Length; i++)
        {
            values[i] = (int)Math.Round(bias[i] / ((double)inputScale * weight.Values[i]));
        }

        return new TensorProto
        {
            Name = target.Output + "/bias",
            DataType = OnnxTypes.Int32,
            Dims = { values.Length },
            RawData = ByteString.CopyFrom(MemoryMarshal.AsBytes<int>(values)),
        };
    }

    /// <summary>The bytes of a tensor, their scale and zero point; made once.</summary>
    private (string Bytes, string Scale, string Zero) Quantized(string tensor)
    {
        if (_plan.SplitOf(tensor) is { } split)
        {
            return Quantized(split);
        }

        var (scale, zero) = Grid(tensor, ActivationGrid.Of(_plan.Range(tensor)));
        return (Bytes(tensor, scale, zero), scale, zero);
    }

    private string Bytes(string tensor, string scale, string zero)
    {
        if (_bytes.TryGetValue(tensor, out string? bytes))
        {
            return bytes;
        }

        _bytes[tensor] = bytes = tensor + "/u8";
        Quantize(tensor, scale, zero, bytes, _index.Consumers(tensor).All(n => _plan.Target(n) is not null));
        return bytes;
    }

    /// <summary>Makes a tensor's bytes; from what it was made from where nobody reads it in float.</summary>
    private void Quantize(string tensor, string scale, string zero, string bytes, bool free)
    {
        if (free && _index.Producer(tensor) is { } node && MovesValues(node))
        {
            string before = bytes + "/before";
            Quantize(node.Input[0], scale, zero, before, _index.OnlyConsumer(node.Input[0]) == node);
            var moved = _builder.Add(node.OpType, bytes + "/" + node.OpType, [before, .. node.Input.Skip(1)], bytes);
            moved.Attribute.AddRange(node.Attribute);
        }
        else
        {
            _builder.Add("QuantizeLinear", bytes + "/Quantize", [tensor, scale, zero], bytes);
        }
    }

    /// <summary>Quantizes the halves apart and concatenates bytes; the ratio of the scales is in the weights.</summary>
    private (string Bytes, string Scale, string Zero) Quantized(SplitConcat split)
    {
        string output = split.Concat.Output;
        var (scale, zero) = Grid(output, split.Grids[0] with { Scale = split.Scale });
        if (!_bytes.TryGetValue(output, out string? bytes))
        {
            _bytes[output] = bytes = output + "/u8";
            string[] halves = new string[split.Grids.Count];
            for (int i = 0; i < halves.Length; i++)
            {
                // Named after the concat: the same half may be on another grid elsewhere.
                string half = $"{output}/half{i}";
                string halfScale = _builder.Scalar(half + "/scale", OnnxTypes.Float, split.Grids[i].Scale);
                _builder.Add("QuantizeLinear", half + "/Quantize", [split.Concat.Halves[i], halfScale, zero], half + "/u8");
                halves[i] = half + "/u8";
            }

            _builder.Add("Concat", output + "/Concat", halves, bytes).Attribute.Add(FormBuilder.Number("axis", 1));
        }

        return (bytes, scale, zero);
    }

    private (string Scale, string Zero) Grid(string tensor, ActivationGrid grid) => (
        _builder.Scalar(tensor + "/scale", OnnxTypes.Float, grid.Scale),
        _builder.Scalar(tensor + "/zero", OnnxTypes.UInt8, grid.Zero));

    private static bool MovesValues(NodeProto node) => node.OpType switch
    {
        "Reshape" or "Transpose" => true,
        "Resize" => node.Attribute.All(a => a.Name != "mode" || a.S.ToStringUtf8() == "nearest"),
        _ => false,
    };
}
