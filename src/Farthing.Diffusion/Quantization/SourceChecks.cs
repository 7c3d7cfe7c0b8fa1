using Farthing.Diffusion.Graphs.Onnx;

namespace Farthing.Diffusion.Quantization;

/// <summary>What is refused before any work.</summary>
internal static class SourceChecks
{
    /// <summary>Checks a float UNet's graph and weights.</summary>
    /// <exception cref="QuantizationException">It can't be quantized.</exception>
    public static void Check(string sourceModel, GraphProto graph) => throw new NotSupportedException("in the next commit");
}
