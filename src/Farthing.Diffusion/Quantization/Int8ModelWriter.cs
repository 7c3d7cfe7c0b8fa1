using Farthing.Diffusion.Graphs;
using Farthing.Diffusion.Graphs.Onnx;

namespace Farthing.Diffusion.Quantization;

/// <summary>Writes a UNet in int8, in two forms that share their weights.</summary>
internal static class Int8ModelWriter
{
    /// <summary>The form for ONNX Runtime's CPU provider.</summary>
    public const string CpuFile = "model.onnx";

    /// <summary>The form for TensorRT.</summary>
    public const string QdqFile = "model.qdq.onnx";

    /// <summary>
    /// Writes <see cref="CpuFile"/>, <see cref="QdqFile"/> and, for a large model, their data file into an existing folder.
    /// One weight tensor is in memory at a time.
    /// </summary>
    /// <param name="sourceModel">Path of the float UNet's model.onnx.</param>
    /// <param name="targetFolder">An existing folder.</param>
    /// <param name="recipe">Ranges, and what else was decided.</param>
    /// <param name="progress">Told after each layer.</param>
    /// <param name="cancellation">Looked at before each layer.</param>
    /// <exception cref="QuantizationException">The model is unfit, or the recipe is not one for it.</exception>
    public static Int8WriteReport Write(
        string sourceModel, string targetFolder, QuantizationRecipe recipe, IProgress<LayerProgress>? progress, CancellationToken cancellation)
    {
        // 1. The graph, its weights left where they are.
        var model = ModelFiles.ReadChecked(sourceModel);
        ZeroScoreRemoval.Apply(model.Graph);

        // 2. What becomes int8, and how.
        var plan = new QuantizationPlan(model.Graph, recipe);

        // 3. Weights and folded norms, tensor by tensor.
        using var source = new SourceTensors(sourceModel);
        using var store = ModelFiles.NewStore(model.Graph, targetFolder);
        var weights = QuantizeWeights(model.Graph, plan, source, store, progress, cancellation, out var layers);
        FoldNorms(model.Graph, plan, source, store);

        // 4. The two graphs.
        var qdq = model.Clone();
        AttentionFusion.Apply(model);
        CpuForm.Rewrite(model, plan, weights, source);
        long bytes = ModelFiles.Write(model, Path.Combine(targetFolder, CpuFile), source, store);
        QdqForm.Rewrite(qdq.Graph, plan, weights);
        bytes += ModelFiles.Write(qdq, Path.Combine(targetFolder, QdqFile), source, store);
        return new Int8WriteReport(layers, plan.LeftOut, plan.Unsmoothed, [.. plan.Splits.Select(s => s.Concat.Output)], bytes + store.Bytes);
    }

    private static Dictionary<string, QuantizedWeight> QuantizeWeights(
        GraphProto graph,
        QuantizationPlan plan,
        SourceTensors source,
        TensorStore store,
        IProgress<LayerProgress>? progress,
        CancellationToken cancellation,
        out List<LayerWrite> layers)
    {
        var weights = new Dictionary<string, QuantizedWeight>(StringComparer.Ordinal);
        var quantizer = new WeightStore(plan.Index, source, store);
        layers = [];
        foreach (var node in graph.Node)
        {
            if (plan.Target(node) is not { } target)
            {
                continue;
            }

            cancellation.ThrowIfCancellationRequested();
            float[] least = target.Kind == TargetKind.Convolution && node.Input.Count > 2 && node.Input[2].Length > 0
                ? CpuForm.LeastScales(source.Read(plan.Index.Initializer(node.Input[2])!), CpuForm.InputScale(plan, target.Input))
                : [];
            var weight = weights[target.Output] = quantizer.Quantize(target, node, plan.Factors(target), least);
            layers.Add(new LayerWrite(target.Node, target.Kind, ExternalRange.Elements(weight.Bytes), weight.Error));
            progress?.Report(new LayerProgress(layers.Count, plan.Targets.Count, target.Node));
        }

        return weights;
    }

    private static void FoldNorms(GraphProto graph, QuantizationPlan plan, SourceTensors source, TensorStore store)
    {
        var folded = plan.FoldedNorms();
        for (int i = 0; i < graph.Initializer.Count; i++)
        {
            var tensor = graph.Initializer[i];
            if (folded.TryGetValue(tensor.Name, out float[]? factors))
            {
                float[] values = source.Read(tensor);
                System.Numerics.Tensors.TensorPrimitives.Divide(values, factors, values);
                graph.Initializer[i] = store.Put<float>(tensor.Name, OnnxTypes.Float, tensor.Dims, values);
            }
        }
    }
}
