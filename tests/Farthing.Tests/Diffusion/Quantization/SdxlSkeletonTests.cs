using Farthing.Diffusion.Graphs;
using Farthing.Diffusion.Graphs.Onnx;
using Farthing.Diffusion.Quantization;
using Farthing.Tests.Goldens;
using Google.Protobuf;

namespace Farthing.Tests.Diffusion.Quantization;

/// <summary>
/// SDXL's graph, with a weights file that is one hole: it has the size of the real one and takes no space. What
/// quantizing all of it takes is measured by `bench -- int8 sdxl`.
/// </summary>
public sealed class SdxlSkeletonTests : IDisposable
{
    private const long WeightBytes = 10_322_247_680;
    private readonly string _folder = Directory.CreateTempSubdirectory("farthing-sdxl-").FullName;

    public SdxlSkeletonTests()
    {
        using var weights = File.Create(Path.Combine(_folder, "weights.bin"));
        weights.SetLength(WeightBytes);
    }

    [Fact]
    public void The_whole_graph_is_rewritten()
    {
        string path = Source(OnnxFile.Read(Skeleton));
        var model = ModelFiles.ReadChecked(path);
        ZeroScoreRemoval.Apply(model.Graph);
        var plan = new QuantizationPlan(model.Graph, Recipe(model.Graph));
        using var source = new SourceTensors(path);
        var weights = plan.Targets.ToDictionary(t => t.Output, Outside, StringComparer.Ordinal);

        var qdq = model.Clone();
        AttentionFusion.Apply(model);
        CpuForm.Rewrite(model, plan, weights, source);
        QdqForm.Rewrite(qdq.Graph, plan, weights);

        Assert.Equal(722, Count(model, "MatMulIntegerToFloat"));
        Assert.Equal(49, Count(model, "QLinearConv"));
        Assert.Equal(140, Count(model, "MultiHeadAttention"));
        Assert.Equal(0, Count(model, "MatMul"));
        Assert.Equal(2, Count(model, "Conv"));
        Assert.Equal(9, plan.Splits.Count);
        Assert.Equal(771, qdq.Graph.Node.Count(n => n.OpType == "DequantizeLinear" && n.Output[0].EndsWith("/weight", StringComparison.Ordinal)));
        Assert.InRange(model.CalculateSize(), 1, 32 << 20);
    }

    [Fact]
    public void Weights_are_streamed_and_not_held()
    {
        var part = OnnxFile.Read(Skeleton);
        part.Graph.Output.Clear();
        part.Graph.Output.Add(new ValueInfoProto { Name = "/down_blocks.1/attentions.0/Add_output_0" });
        GraphNodes.RemoveUnused(part.Graph);
        string path = Source(part), target = Directory.CreateDirectory(Path.Combine(_folder, "int8")).FullName;
        var recipe = Recipe(part.Graph);
        long before = GC.GetAllocatedBytesForCurrentThread();

        var report = Int8ModelWriter.Write(path, target, recipe, null, TestContext.Current.CancellationToken);

        // The wide Gemms of the time embedding, which stay in float, are copied in pieces too.
        long allocated = GC.GetAllocatedBytesForCurrentThread() - before;
        long weights = 4 * report.Layers.Sum(l => l.Parameters);
        Assert.InRange(weights, 100_000_000, WeightBytes);
        Assert.InRange(allocated, 0, 150_000_000);
        Assert.InRange(report.Bytes, weights / 4, weights);
        foreach (string form in (string[])[Int8ModelWriter.CpuFile, Int8ModelWriter.QdqFile])
        {
            Assert.All(
                OnnxFile.Read(Path.Combine(target, form)).Graph.Initializer.Select(ExternalRange.Of).OfType<ExternalRange>(),
                place => Assert.Equal((ModelFiles.DataFile, 0L), (place.Location, place.Offset % (1 << 16))));
        }
    }

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    private static string Skeleton => Path.Combine(Golden.RepositoryRoot, "models", "sdxl-unet-skeleton", "model.onnx");

    private string Source(ModelProto model)
    {
        string path = Path.Combine(_folder, "model.onnx");
        File.WriteAllBytes(path, model.ToByteArray());
        return path;
    }

    private static QuantizationRecipe Recipe(GraphProto graph)
    {
        var (targets, _) = QuantizationTargets.Find(graph);
        var names = targets.SelectMany(t => new[] { t.Input, t.Output }).Concat(SkipConcats.Find(graph, targets).SelectMany(c => c.Halves));
        return new QuantizationRecipe
        {
            Ranges = names.Distinct(StringComparer.Ordinal).ToDictionary(n => n, _ => new ActivationRange(-1, 2), StringComparer.Ordinal),
        };
    }

    /// <summary>Weights that lie in a data file.</summary>
    private static QuantizedWeight Outside(QuantizationTarget target)
    {
        float[] scales = new float[1280 * 8];
        Array.Fill(scales, 1f);
        return new QuantizedWeight(
            new TensorProto { Name = target.Weight + "/s8", DataType = OnnxTypes.Int8, DataLocation = ExternalRange.External },
            new TensorProto { Name = target.Weight + "/scales", DataType = OnnxTypes.Float },
            scales,
            0);
    }

    private static int Count(ModelProto model, string type) => model.Graph.Node.Count(n => n.OpType == type);
}
