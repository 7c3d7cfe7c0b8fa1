namespace Farthing.Diffusion.Quantization;

/// <summary>Writes a quantized UNet in two forms.</summary>
internal static class Int8ModelWriter
{
    /// <summary>Writes model.onnx (CPU form), model.qdq.onnx (TensorRT form) and their external data into an existing folder.</summary>
    public static Int8WriteReport Write(
        string sourceModel, string targetFolder, QuantizationRecipe recipe, IProgress<LayerProgress>? progress, CancellationToken cancellation) =>
        throw new NotSupportedException("in the next commit");
}
