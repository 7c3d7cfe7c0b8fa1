namespace Farthing.Diffusion.Quantization;

/// <summary>Writes a UNet whose weights alone are int8.</summary>
internal static class WeightOnlyWriter
{
    /// <summary>Writes model.onnx and its external data into an existing folder.</summary>
    public static Int8WriteReport Write(string sourceModel, string targetFolder, IProgress<LayerProgress>? progress, CancellationToken cancellation) =>
        throw new NotSupportedException("in the next commit");
}
