using Farthing.Diffusion.Graphs;
using Farthing.Diffusion.Graphs.Onnx;

namespace Farthing.Diffusion.Quantization;

/// <summary>
/// Where SmoothQuant costs nothing at run time: the linears' input comes from a LayerNormalization, whose scale and bias can
/// be divided by the factors, and nobody else reads it.
/// </summary>
internal static class SmoothingFold
{
    /// <summary>Why an input's factors can't be folded; null where they can.</summary>
    /// <param name="input">A linear's input tensor.</param>
    /// <param name="index">The float graph.</param>
    /// <param name="quantized">Outputs of the linears that become int8.</param>
    public static string? WhyNot(string input, GraphIndex index, IReadOnlySet<string> quantized)
    {
        if (index.Producer(input) is not { OpType: "LayerNormalization" } norm)
        {
            return "no LayerNormalization makes it";
        }

        if (index.Initializer(norm.Input[1]) is null || (norm.Input.Count > 2 && index.Initializer(norm.Input[2]) is null))
        {
            return "its LayerNormalization's scale or bias is no initializer";
        }

        if (norm.Input.Skip(1).Any(name => index.Consumers(name).Count > 1))
        {
            return "its LayerNormalization shares its scale or bias with another";
        }

        var other = index.Consumers(input).FirstOrDefault(n => n.OpType != "Shape"
            && !(n.OpType == "MatMul" && n.Input[0] == input && quantized.Contains(n.Output[0])));
        return other is null ? null : $"{GraphIndex.NameOf(other)} reads it too and stays in float";
    }

    /// <summary>Inputs of linears whose factors can be folded when all targets become int8.</summary>
    public static IReadOnlySet<string> Inputs(GraphProto graph, IReadOnlyCollection<QuantizationTarget> targets)
    {
        var index = new GraphIndex(graph);
        var quantized = targets.Select(t => t.Output).ToHashSet(StringComparer.Ordinal);
        return targets.Where(t => t.Kind == TargetKind.Linear).Select(t => t.Input)
            .Where(input => WhyNot(input, index, quantized) is null)
            .ToHashSet(StringComparer.Ordinal);
    }
}
