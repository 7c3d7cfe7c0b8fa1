using Farthing.Diffusion.Graphs;
using Farthing.Diffusion.Graphs.Onnx;

namespace Farthing.Diffusion.Quantization;

/// <summary>What is refused before any work, each with what to do.</summary>
internal static class SourceChecks
{
    /// <summary>The oldest operator set with DequantizeLinear along an axis.</summary>
    private const long LeastOpset = 13;

    private static readonly string[] Quantized =
        ["QuantizeLinear", "DequantizeLinear", "DynamicQuantizeLinear", "QLinear", "MatMulInteger", "ConvInteger", "MatMulNBits", "QAttention", "QGemm"];

    /// <summary>
    /// Refuses a model that is already quantized, is in half precision, has an operator that is not known (see
    /// <see cref="KnownOperators"/>), whose weights are missing or short, or that has nothing to quantize.
    /// </summary>
    /// <param name="sourceModel">Path of unet/model.onnx.</param>
    /// <param name="graph">Its graph.</param>
    /// <exception cref="QuantizationException">The model is refused.</exception>
    public static void Check(string sourceModel, GraphProto graph)
    {
        RefuseQuantized(sourceModel, graph);
        RefuseHalf(sourceModel, graph);
        KnownOperators.Check(sourceModel, graph);
        foreach (var tensor in graph.Initializer)
        {
            CheckData(sourceModel, tensor);
        }

        if (QuantizationTargets.Find(graph).Targets.Count == 0)
        {
            throw new QuantizationException(
                $"{sourceModel} has no MatMul and no Conv that is worth quantizing; is it a UNet? Give the pipeline's directory as optimum exports it.");
        }
    }

    /// <summary>Refuses an operator set that has not all that a quantized graph needs.</summary>
    public static void CheckOpset(string sourceModel, ModelProto model)
    {
        long version = model.OpsetImport.FirstOrDefault(o => o.Domain is "" or "ai.onnx")?.Version ?? 0;
        if (version < LeastOpset)
        {
            throw new QuantizationException(
                $"{sourceModel} uses ONNX's operator set {version}; quantizing needs {LeastOpset} or later. Export the model again, with --opset 17.");
        }
    }

    private static void RefuseQuantized(string sourceModel, GraphProto graph)
    {
        string folder = Path.GetDirectoryName(Path.GetFullPath(sourceModel))!;
        string? manifest = new[] { folder, Path.GetDirectoryName(folder) ?? folder }
            .Select(f => Path.Combine(f, QuantizationManifest.FileName)).FirstOrDefault(File.Exists);
        if (manifest is not null)
        {
            throw new QuantizationException($"{manifest} says that this model was converted already; give the float model it was made from.");
        }

        if (graph.Node.FirstOrDefault(n => Quantized.Any(q => n.OpType.StartsWith(q, StringComparison.Ordinal))) is { } node)
        {
            throw new QuantizationException(
                $"{sourceModel} is already quantized: it has {node.OpType} ('{GraphIndex.NameOf(node)}'). Give the float model it was made from.");
        }
    }

    private static void RefuseHalf(string sourceModel, GraphProto graph)
    {
        var half = graph.Initializer.FirstOrDefault(t => t.DataType is OnnxTypes.Float16 or OnnxTypes.BFloat16 && t.Dims.Count > 1);
        if (half is not null)
        {
            throw new QuantizationException(
                $"{sourceModel} is in half precision: '{half.Name}' is {OnnxTypes.Name(half.DataType)}. Export the model in fp32 (optimum's --dtype fp32) and quantize that.");
        }
    }

    private static void CheckData(string sourceModel, TensorProto tensor)
    {
        long needed = ExternalRange.Elements(tensor) * OnnxTypes.Bytes(tensor.DataType);
        if (ExternalRange.Of(tensor) is not { } place)
        {
            if (!tensor.RawData.IsEmpty && tensor.RawData.Length < needed)
            {
                throw new QuantizationException(
                    $"{sourceModel}: tensor '{tensor.Name}' needs {needed} bytes and has {tensor.RawData.Length}; copy or export the model again.");
            }

            return;
        }

        string folder = Path.GetDirectoryName(Path.GetFullPath(sourceModel))!;
        string path = Path.GetFullPath(Path.Combine(folder, place.Location));
        if (!path.StartsWith(folder + Path.DirectorySeparatorChar, StringComparison.Ordinal))
        {
            throw new QuantizationException(
                $"{sourceModel}: tensor '{tensor.Name}' lies in '{place.Location}', outside the model's folder; put its data beside the model and export again.");
        }

        var file = new FileInfo(path);
        if (!file.Exists)
        {
            throw new QuantizationException($"{path} is missing: the weights of {sourceModel} lie in it. Copy or download it again.");
        }

        if (file.Length < place.Offset + place.Length)
        {
            throw new QuantizationException(
                $"{path} is short: tensor '{tensor.Name}' ends at byte {place.Offset + place.Length}, and the file has {file.Length}. The copy or download was cut off; get it again.");
        }
    }
}
