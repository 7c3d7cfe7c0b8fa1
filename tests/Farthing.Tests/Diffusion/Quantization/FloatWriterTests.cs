using Farthing.Diffusion.Graphs;
using Farthing.Diffusion.Quantization;

namespace Farthing.Tests.Diffusion.Quantization;

[Collection(nameof(DemoUNet))]
public sealed class FloatWriterTests(DemoUNet demo)
{
    [Fact]
    public void Half_precision_gives_nearly_what_the_float_model_gives_in_half_the_bytes()
    {
        string folder = demo.NewFolder();

        var report = Float16Writer.Write(DemoUNet.ModelPath, folder, null, TestContext.Current.CancellationToken);

        Assert.InRange(demo.Error(Path.Combine(folder, "model.onnx")), 1e-6, 0.005);
        Assert.InRange(report.Bytes, 1, new FileInfo(DemoUNet.ModelPath).Length * 0.53);
        Assert.Empty(report.Saturated);
        Assert.Contains(report.KeptNodes, n => n.Node.EndsWith("time_proj/Sin", StringComparison.Ordinal));
        var graph = OnnxFile.Read(Path.Combine(folder, "model.onnx")).Graph;
        Assert.DoesNotContain(graph.Initializer, t => t.DataType == OnnxTypes.Float && t.Dims.Count > 1);
        Assert.All(graph.Input.Concat(graph.Output), i => Assert.Equal(OnnxTypes.Float, i.Type.TensorType.ElemType));
    }

    [Fact]
    public void Weights_alone_in_int8_give_nearly_what_the_float_model_gives_in_little_more_than_a_third_of_the_bytes()
    {
        string folder = demo.NewFolder();

        var report = WeightOnlyWriter.Write(DemoUNet.ModelPath, folder, null, TestContext.Current.CancellationToken);

        Assert.InRange(demo.Error(Path.Combine(folder, "model.onnx")), 1e-6, 0.02);
        Assert.InRange(report.Bytes, 1, new FileInfo(DemoUNet.ModelPath).Length * 0.35);
        Assert.All(report.Layers, layer => Assert.InRange(layer.WeightError, 1e-4, 0.02));
    }
}
