using Farthing.Diffusion.Graphs;
using Farthing.Diffusion.Graphs.Onnx;

namespace Farthing.Diffusion.Quantization.Calibration;

/// <summary>The tensors whose values are observed.</summary>
/// <param name="Names">
/// Every activation that a Conv or MatMul reads (attention's products among them), the outputs of the convolutions that
/// become int8, and the halves of their skip concats; in the graph's order, each once.
/// </param>
/// <param name="Channels">Those of which every channel (the last axis) is observed, for SmoothQuant.</param>
internal sealed record ObservedTensors(IReadOnlyList<string> Names, IReadOnlyList<string> Channels)
{
    /// <summary>Finds them.</summary>
    public static ObservedTensors Find(GraphProto graph, IReadOnlyList<QuantizationTarget> targets, bool smoothing)
    {
        var index = new GraphIndex(graph);
        var outputs = targets.Where(t => t.Kind == TargetKind.Convolution).Select(t => t.Output).ToHashSet(StringComparer.Ordinal);
        var concats = SkipConcats.Find(graph, targets).ToDictionary(c => c.Output, c => c.Halves, StringComparer.Ordinal);
        var names = new List<string>();
        foreach (var node in graph.Node.Where(n => n.Domain.Length == 0 && n.OpType is "Conv" or "MatMul"))
        {
            foreach (string input in node.Input.Take(2).Where(input => !IsConstant(input, index)))
            {
                names.AddRange(concats.GetValueOrDefault(input, []));
                names.Add(input);
            }

            names.AddRange(node.Output.Where(outputs.Contains));
        }

        string[] channels = smoothing ? [.. SmoothingFold.Inputs(graph, [.. targets]).Order(StringComparer.Ordinal)] : [];
        return new ObservedTensors([.. names.Distinct(StringComparer.Ordinal)], channels);
    }

    private static bool IsConstant(string name, GraphIndex index) =>
        name.Length == 0 || index.Constant(name) is not null || index.Producer(name)?.OpType == "Constant";
}
