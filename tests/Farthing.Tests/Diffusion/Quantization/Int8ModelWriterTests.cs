using Farthing.Diffusion.Graphs;
using Farthing.Diffusion.Quantization;
using Microsoft.ML.OnnxRuntime;

namespace Farthing.Tests.Diffusion.Quantization;

[Collection(nameof(DemoUNet))]
public sealed class Int8ModelWriterTests(DemoUNet demo)
{
    [Fact]
    public void Both_forms_give_nearly_what_the_float_model_gives()
    {
        Assert.InRange(demo.Error(Path.Combine(demo.Int8, Int8ModelWriter.CpuFile)), 1e-6, 0.03);
        Assert.InRange(demo.Error(Path.Combine(demo.Int8, Int8ModelWriter.QdqFile)), 1e-6, 0.04);
    }

    [Fact]
    public void No_target_is_left_in_float_after_ONNX_Runtime_optimised_the_graph()
    {
        string optimised = Path.Combine(demo.NewFolder(), "optimised.onnx");
        using (var options = new SessionOptions { OptimizedModelFilePath = optimised, LogSeverityLevel = OrtLoggingLevel.ORT_LOGGING_LEVEL_ERROR })
        {
            new InferenceSession(Path.Combine(demo.Int8, Int8ModelWriter.CpuFile), options).Dispose();
        }

        var graph = OnnxFile.Read(optimised).Graph;
        var (targets, _) = QuantizationTargets.Find(OnnxFile.Read(DemoUNet.ModelPath).Graph);
        var int8 = graph.Node.Where(n => n.OpType is "MatMulIntegerToFloat" or "QLinearConv").ToList();
        Assert.Equal(targets.Count, int8.Count);
        var floatProducts = graph.Node.Where(n => n.OpType is "MatMul" or "FusedMatMul" or "Gemm" or "FusedGemm" or "Conv" or "FusedConv" or "NhwcFusedConv");
        Assert.DoesNotContain(floatProducts, n => targets.Any(t => n.Name.Contains(t.Node, StringComparison.Ordinal)));
    }
}
