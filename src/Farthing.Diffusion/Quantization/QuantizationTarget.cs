namespace Farthing.Diffusion.Quantization;

/// <summary>What a quantized node computes.</summary>
internal enum TargetKind
{
    /// <summary>A MatMul with a constant matrix.</summary>
    Linear,

    /// <summary>A two-dimensional Conv with constant filters.</summary>
    Convolution,
}

/// <summary>A node that is worth int8.</summary>
/// <param name="Node">The node's name, or its first output where it has none.</param>
/// <param name="Kind">What it computes.</param>
/// <param name="Input">The tensor whose range decides the activation's scale.</param>
/// <param name="Weight">The initializer: [in, out] of a linear, [out, in, height, width] of a convolution.</param>
/// <param name="Output">The tensor that the node makes, before any bias that is added by a node of its own.</param>
internal sealed record QuantizationTarget(string Node, TargetKind Kind, string Input, string Weight, string Output);

/// <summary>A node that stays in float.</summary>
/// <param name="Node">The node's name, or its first output where it has none.</param>
/// <param name="Reason">Why, in words for a report.</param>
internal sealed record LeftOut(string Node, string Reason);
