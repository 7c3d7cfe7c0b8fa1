using Farthing.Diffusion.Graphs;

namespace Farthing.Diffusion.Quantization;

/// <summary>Writes a UNet whose weights alone are int8: a quarter of the memory and disk, activations in float.</summary>
internal static class WeightOnlyWriter
{
    /// <summary>
    /// Writes model.onnx and, for a large model, its data file into an existing folder: each target's weights as signed bytes
    /// with a DequantizeLinear in front.
    /// </summary>
    /// <param name="sourceModel">Path of the float UNet's model.onnx.</param>
    /// <param name="targetFolder">An existing folder.</param>
    /// <param name="progress">Told after each layer.</param>
    /// <param name="cancellation">Looked at before each layer.</param>
    /// <exception cref="QuantizationException">The model is unfit.</exception>
    public static Int8WriteReport Write(
        string sourceModel, string targetFolder, IProgress<LayerProgress>? progress, CancellationToken cancellation)
    {
        var model = ModelFiles.ReadChecked(sourceModel);
        var graph = model.Graph;
        ZeroScoreRemoval.Apply(graph);
        var index = new GraphIndex(graph);
        var (targets, leftOut) = QuantizationTargets.Find(graph, index);
        var byOutput = targets.ToDictionary(t => t.Output, StringComparer.Ordinal);
        using var source = new SourceTensors(sourceModel);
        using var store = ModelFiles.NewStore(graph, targetFolder);
        var quantizer = new WeightStore(index, source, store);
        var builder = new FormBuilder(graph);
        List<LayerWrite> layers = [];
        foreach (var node in graph.Node)
        {
            if (node.Output.Count > 0 && byOutput.TryGetValue(node.Output[0], out var target))
            {
                cancellation.ThrowIfCancellationRequested();
                var weight = quantizer.Quantize(target, node, factors: null, leastScales: []);
                node.Input[1] = QdqForm.WeightDequantize(builder, target, weight);
                layers.Add(new LayerWrite(target.Node, target.Kind, ExternalRange.Elements(weight.Bytes), weight.Error));
                progress?.Report(new LayerProgress(layers.Count, targets.Count, target.Node));
            }

            builder.Keep(node);
        }

        builder.Finish();
        long bytes = ModelFiles.Write(model, Path.Combine(targetFolder, Int8ModelWriter.CpuFile), source, store);
        return new Int8WriteReport(layers, leftOut, [], [], bytes + store.Bytes);
    }
}
