using Farthing.Diffusion.Graphs.Onnx;
using Farthing.Diffusion.Pipelines;
using Farthing.Diffusion.Sessions;
using Farthing.Tests.Goldens;
using Farthing.Tests.Rendering.Precision;
using Google.Protobuf;

namespace Farthing.Tests.Diffusion.Sessions;

public sealed class ModelPrecisionTests : IDisposable
{
    private readonly PrecisionFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void The_manifest_says_it_or_else_the_weights_do()
    {
        Assert.Equal(ModelPrecision.Fp32, ModelDirectory.Open(Golden.DemoModel).Precision);
        Assert.Null(ModelDirectory.Open(Golden.DemoModel).SourceModel);
        var quantized = ModelDirectory.Open(_folder.Int8);
        Assert.Equal((ModelPrecision.Int8, _folder.FullHash), (quantized.Precision, quantized.SourceModel));

        // Without its manifest it is no float model all the same.
        File.Delete(Path.Combine(_folder.Int8, "quantization.json"));
        Assert.Equal(ModelPrecision.Int8, ModelDirectory.Open(_folder.Int8).Precision);
    }

    [Theory]
    [InlineData(10, 1, ModelPrecision.Fp16)]
    [InlineData(1, 10, ModelPrecision.Fp32)]
    [InlineData(16, 3, ModelPrecision.Fp16)]
    [InlineData(2, 1, ModelPrecision.Int8)]
    public void Most_weights_decide(int most, int few, ModelPrecision expected)
    {
        var model = new ModelProto { Graph = new GraphProto { Name = "g" } };
        model.Graph.Initializer.Add(new TensorProto { Name = "a", DataType = most, Dims = { 8, 8 }, RawData = ByteString.CopyFrom(new byte[300]) });
        model.Graph.Initializer.Add(new TensorProto { Name = "b", DataType = few, Dims = { 2, 2 }, RawData = ByteString.CopyFrom(new byte[16]) });
        model.Graph.Node.Add(new NodeProto { OpType = "Add" });
        string path = Path.Combine(_folder.Path, "model.onnx");
        File.WriteAllBytes(path, model.ToByteArray());

        Assert.Equal(expected, WeightTypes.Precision(path));
    }

    [Theory]
    [InlineData("""{"format":1,"precision":"int4","source_model":"x","method":"none","tool":"t"}""", "int4")]
    [InlineData("{", "quantize again")]
    public void A_manifest_that_says_nothing_known_is_a_problem(string json, string said)
    {
        File.WriteAllText(Path.Combine(_folder.Int8, "quantization.json"), json);

        Assert.Contains(said, Assert.Throws<ModelDirectoryException>(() => ModelDirectory.Open(_folder.Int8)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_UNet_of_another_model_does_not_fit()
    {
        string config = Path.Combine(_folder.Int8, "unet", "config.json");
        File.WriteAllText(config, File.ReadAllText(config).Replace("\"cross_attention_dim\": ", "\"cross_attention_dim\": 9", StringComparison.Ordinal));

        var error = Assert.Throws<ModelDirectoryException>(
            () => DiffusionPipeline.Load(Golden.DemoModel, new PipelineOptions { UNetDirectory = _folder.Int8 }));
        Assert.Contains("cross_attention_dim", error.Message, StringComparison.Ordinal);
    }
}
