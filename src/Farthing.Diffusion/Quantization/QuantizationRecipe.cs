namespace Farthing.Diffusion.Quantization;

/// <summary>All that a quantized graph needs beside the float one.</summary>
internal sealed record QuantizationRecipe
{
    /// <summary>
    /// By tensor name: inputs of all targets, outputs of convolutions, and both halves of a skip concat by their own names
    /// (see <see cref="SkipConcats"/>). A smoothed input's range after the division stands under <see cref="Smoothed"/>.
    /// </summary>
    public required IReadOnlyDictionary<string, ActivationRange> Ranges { get; init; }

    /// <summary>Nodes that stay in float beside those that always do. Default: none.</summary>
    public IReadOnlyList<LeftOut> LeftOut { get; init; } = [];

    /// <summary>
    /// SmoothQuant's factors, one an input channel, by the linears' input tensor: the activation is divided by them,
    /// the weight's rows multiplied. Positive. Default: none.
    /// </summary>
    public IReadOnlyDictionary<string, float[]> Smoothing { get; init; } = new Dictionary<string, float[]>();

    /// <summary>The name under which <see cref="Ranges"/> holds the range of an input divided by its factors.</summary>
    public static string Smoothed(string input) => input + "/smoothed";
}
