using System.Runtime.InteropServices;
using Farthing.Diffusion.Graphs;
using Farthing.Diffusion.Graphs.Onnx;
using Google.Protobuf;

namespace Farthing.Diffusion.Quantization.Sensitivity;

/// <summary>
/// A float graph in which every target can be made to compute as int8 would, by a switch of its own: its input and weights
/// (and a convolution's output) pass through int8 and back where the switch is on. One session measures all layers.
/// </summary>
internal sealed class SwitchedGraph(IReadOnlyList<QuantizationTarget> targets, QuantizationRecipe recipe)
{
    private readonly Dictionary<string, string> _rounded = new(StringComparer.Ordinal);

    /// <summary>The input, a bool, that switches the i-th target to int8.</summary>
    public static string Switch(int i) => $"switch/{i}";

    /// <summary>Adds the switches.</summary>
    /// <param name="model">The float model.</param>
    /// <param name="weights">Its weights.</param>
    /// <returns>Relative error of each target's weights.</returns>
    public double[] Add(ModelProto model, LayerWeights weights)
    {
        var graph = model.Graph;
        _rounded.Clear();
        var nodes = graph.Node.ToList();
        var concats = SkipConcats.Find(graph, targets).ToDictionary(c => c.Output, StringComparer.Ordinal);
        var byOutput = nodes.ToDictionary(n => n.Output[0], StringComparer.Ordinal);
        var added = new Dictionary<NodeProto, (List<NodeProto> Before, List<NodeProto> After)>();
        double[] errors = new double[targets.Count];
        for (int i = 0; i < targets.Count; i++)
        {
            var target = targets[i];
            var node = byOutput[target.Output];
            List<NodeProto> before = [], after = [];
            errors[i] = SwitchWeights(graph, node, target, i, weights, before);
            SwitchInput(graph, node, target, i, concats, before);
            if (target.Kind == TargetKind.Convolution)
            {
                string plain = $"switch/{i}/plain";
                node.Output[0] = plain;
                string rounded = Round(graph, plain, recipe.Ranges[target.Output], $"switch/{i}/out", after);
                after.Add(Choose(i, rounded, plain, target.Output));
            }

            graph.Input.Add(new ValueInfoProto
            {
                Name = Switch(i),
                Type = new TypeProto { TensorType = new TypeProto.Types.TensorType { ElemType = OnnxTypes.Bool, Shape = new TensorShapeProto() } },
            });
            added[node] = (before, after);
        }

        graph.Node.Clear();
        foreach (var node in nodes)
        {
            var (before, after) = added.GetValueOrDefault(node, ([], []));
            graph.Node.AddRange([.. before, node, .. after]);
        }

        return errors;
    }

    private double SwitchWeights(
        GraphProto graph, NodeProto node, QuantizationTarget target, int i, LayerWeights weights, List<NodeProto> before)
    {
        var (values, dims) = weights.Read(target);
        double error = LayerWeights.Round(target, values, dims, Factors(target));
        string rounded = $"switch/{i}/weights";
        graph.Initializer.Add(Floats(rounded, dims, values));
        string chosen = rounded + "/chosen";
        before.Add(Choose(i, rounded, node.Input[1], chosen));
        node.Input[1] = chosen;
        return error;
    }

    private void SwitchInput(
        GraphProto graph, NodeProto node, QuantizationTarget target, int i, Dictionary<string, SkipConcat> concats, List<NodeProto> before)
    {
        string rounded;
        if (concats.TryGetValue(target.Input, out var concat) && concat.Halves.All(recipe.Ranges.ContainsKey))
        {
            rounded = $"switch/{i}/halves";
            string[] halves = [.. concat.Halves.Select(half => Rounded(graph, half, recipe.Ranges[half], before))];
            before.Add(new NodeProto
            {
                OpType = "Concat",
                Name = rounded,
                Input = { halves },
                Output = { rounded },
                Attribute = { new AttributeProto { Name = "axis", Type = 2, I = 1 } },
            });
        }
        else if (Factors(target) is { Length: > 0 } factors)
        {
            string divided = $"switch/{i}/divided", by = $"switch/{i}/factors";
            graph.Initializer.Add(Floats(by, [factors.Length], factors));
            before.Add(new NodeProto { OpType = "Div", Name = divided, Input = { target.Input, by }, Output = { divided } });
            rounded = Round(graph, divided, recipe.Ranges[QuantizationRecipe.Smoothed(target.Input)], divided, before);
        }
        else
        {
            rounded = Rounded(graph, target.Input, recipe.Ranges[target.Input], before);
        }

        string chosen = $"switch/{i}/chosen";
        before.Add(Choose(i, rounded, target.Input, chosen));
        node.Input[0] = chosen;
    }

    private float[] Factors(QuantizationTarget target) =>
        target.Kind == TargetKind.Linear ? recipe.Smoothing.GetValueOrDefault(target.Input, []) : [];

    /// <summary>The rounded form of a tensor that several targets may read, made once, before the first of them.</summary>
    private string Rounded(GraphProto graph, string tensor, ActivationRange range, List<NodeProto> before) =>
        _rounded.TryGetValue(tensor, out string? name)
            ? name
            : _rounded[tensor] = Round(graph, tensor, range, $"switch/{_rounded.Count}/shared", before);

    private static string Round(GraphProto graph, string tensor, ActivationRange range, string name, List<NodeProto> nodes)
    {
        var grid = ActivationGrid.Of(range);
        string scale = name + "/scale", zero = name + "/zero", bytes = name + "/u8", back = name + "/float";
        graph.Initializer.Add(Floats(scale, [], [grid.Scale]));
        graph.Initializer.Add(new TensorProto { Name = zero, DataType = OnnxTypes.UInt8, RawData = ByteString.CopyFrom(grid.Zero) });
        nodes.Add(new NodeProto { OpType = "QuantizeLinear", Name = bytes, Input = { tensor, scale, zero }, Output = { bytes } });
        nodes.Add(new NodeProto { OpType = "DequantizeLinear", Name = back, Input = { bytes, scale, zero }, Output = { back } });
        return back;
    }

    private static NodeProto Choose(int i, string on, string off, string output) =>
        new() { OpType = "Where", Name = output + "/where", Input = { Switch(i), on, off }, Output = { output } };

    private static TensorProto Floats(string name, long[] dims, float[] values) => new()
    {
        Name = name,
        DataType = OnnxTypes.Float,
        Dims = { dims },
        RawData = ByteString.CopyFrom(MemoryMarshal.AsBytes(values.AsSpan())),
    };
}
