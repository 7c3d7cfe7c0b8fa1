namespace Farthing.Diffusion.Quantization;

/// <summary>Writes a UNet in half precision.</summary>
internal static class Float16Writer
{
    /// <summary>Writes model.onnx and its external data into an existing folder.</summary>
    public static FloatWriteReport Write(string sourceModel, string targetFolder, IProgress<LayerProgress>? progress, CancellationToken cancellation) =>
        throw new NotSupportedException("in the next commit");
}

/// <summary>What the writer did.</summary>
/// <param name="Nodes">Nodes that compute in half precision.</param>
/// <param name="KeptNodes">Nodes that still compute in single precision, and why.</param>
/// <param name="Saturated">Tensors of which a value was beyond half precision's range and was clipped to it.</param>
/// <param name="Bytes">Bytes written.</param>
internal sealed record FloatWriteReport(int Nodes, IReadOnlyList<LeftOut> KeptNodes, IReadOnlyList<string> Saturated, long Bytes);
