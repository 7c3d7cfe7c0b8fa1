using Farthing.Diffusion.Graphs.Onnx;

namespace Farthing.Diffusion.Quantization;

/// <summary>
/// A Concat along channels whose output a quantized convolution reads directly: the shortcut of an up block, whose halves
/// (the decoder's state and the encoder's skip) differ in range.
/// </summary>
/// <param name="Output">The concatenated tensor.</param>
/// <param name="Halves">The tensors that are concatenated, in order.</param>
internal sealed record SkipConcat(string Output, IReadOnlyList<string> Halves);

/// <summary>Finds the skip concats of a graph.</summary>
internal static class SkipConcats
{
    /// <summary>Every Concat along axis 1 that one of <paramref name="targets"/>, a convolution, reads.</summary>
    public static IReadOnlyList<SkipConcat> Find(GraphProto graph, IEnumerable<QuantizationTarget> targets)
    {
        var inputs = targets.Where(t => t.Kind == TargetKind.Convolution).Select(t => t.Input).ToHashSet(StringComparer.Ordinal);
        return
        [
            .. graph.Node.Where(n => n.OpType == "Concat" && inputs.Contains(n.Output[0]) && n.Input.Count > 1
                    && n.Attribute.Any(a => a.Name == "axis" && a.I is 1 or -3))
                .Select(n => new SkipConcat(n.Output[0], [.. n.Input])),
        ];
    }
}
