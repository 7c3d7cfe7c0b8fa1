namespace Farthing.Diffusion.Quantization;

/// <summary>One layer whose weights became int8.</summary>
/// <param name="Node">The node's name.</param>
/// <param name="Kind">What it computes.</param>
/// <param name="Parameters">Weights.</param>
/// <param name="WeightError">‖w − q·scale‖ / ‖w‖ (Frobenius); 0 where all weights are 0.</param>
internal sealed record LayerWrite(string Node, TargetKind Kind, long Parameters, double WeightError);

/// <summary>What a writer did.</summary>
/// <param name="Layers">Quantized layers, in the graph's order.</param>
/// <param name="LeftOut">Layers that stay in float, and why.</param>
/// <param name="Unsmoothed">Inputs whose smoothing factors could not be folded into a LayerNormalization, and why.</param>
/// <param name="SplitConcats">Skip concats whose halves have a scale each.</param>
/// <param name="Bytes">Bytes written, all files together.</param>
internal sealed record Int8WriteReport(
    IReadOnlyList<LayerWrite> Layers,
    IReadOnlyList<LeftOut> LeftOut,
    IReadOnlyList<LeftOut> Unsmoothed,
    IReadOnlyList<string> SplitConcats,
    long Bytes);

/// <summary>Reported after each layer.</summary>
/// <param name="Done">Layers done.</param>
/// <param name="Total">Layers in all.</param>
/// <param name="Node">The layer that was just done.</param>
internal readonly record struct LayerProgress(int Done, int Total, string Node);
