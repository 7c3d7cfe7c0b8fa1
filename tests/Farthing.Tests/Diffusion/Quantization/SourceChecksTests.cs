using Farthing.Diffusion.Graphs;
using Farthing.Diffusion.Graphs.Onnx;
using Farthing.Diffusion.Quantization;
using Google.Protobuf;

namespace Farthing.Tests.Diffusion.Quantization;

[Collection(nameof(DemoUNet))]
public sealed class SourceChecksTests(DemoUNet demo)
{
    [Fact]
    public void A_quantized_model_is_refused()
    {
        string message = Refused(Path.Combine(demo.Int8, Int8ModelWriter.CpuFile));

        Assert.Contains("already quantized", message, StringComparison.Ordinal);
        Assert.Contains("Give the float model", message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_model_beside_a_manifest_is_refused()
    {
        string model = Written(Small());
        new QuantizationManifest { Precision = "fp16", SourceModel = "0", Method = "none", Tool = "test" }
            .Write(Path.GetDirectoryName(model)!);

        Assert.Contains("give the float model", Refused(model), StringComparison.Ordinal);
    }

    [Fact]
    public void A_model_in_half_precision_is_refused()
    {
        var model = Small();
        model.Graph.Initializer[0].DataType = OnnxTypes.Float16;

        Assert.Contains("fp32", Refused(Written(model)), StringComparison.Ordinal);
    }

    [Fact]
    public void An_operator_never_seen_is_refused_by_name()
    {
        var model = Small();
        model.Graph.Node[0].OpType = "WarpDrive";
        model.Graph.Node[0].Domain = "acme";

        string message = Refused(Written(model));

        Assert.Contains("WarpDrive of domain 'acme'", message, StringComparison.Ordinal);
        Assert.Contains("Export the model", message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_model_with_nothing_to_quantize_is_refused()
    {
        var model = Small();
        model.Graph.Node[0].Input[1] = "x";

        Assert.Contains("is it a UNet?", Refused(Written(model)), StringComparison.Ordinal);
    }

    [Fact]
    public void An_old_operator_set_is_refused()
    {
        var model = Small();
        model.OpsetImport[0].Version = 11;

        Assert.Contains("--opset 17", Refused(Written(model)), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("weights.bin", 64 * 64 * 4, null)]
    [InlineData("weights.bin", (64 * 64 * 4) - 1, "is short")]
    [InlineData("weights.bin", -1, "is missing")]
    [InlineData("../weights.bin", -1, "outside the model's folder")]
    [InlineData("", -1, "but not where")]
    public void Weights_must_be_where_the_graph_says_and_whole(string location, int bytes, string? expected)
    {
        var model = Small();
        var weight = model.Graph.Initializer[0];
        weight.RawData = ByteString.Empty;
        weight.DataLocation = 1;
        weight.ExternalData.Add(new StringStringEntryProto { Key = "location", Value = location });
        string path = Written(model);
        if (bytes >= 0)
        {
            File.WriteAllBytes(Path.Combine(Path.GetDirectoryName(path)!, location), new byte[bytes]);
        }

        if (expected is null)
        {
            SourceChecks.Check(path, model.Graph);
        }
        else
        {
            Assert.Contains(expected, Refused(path), StringComparison.Ordinal);
        }
    }

    [Fact]
    public void A_tensor_with_fewer_values_than_its_shape_is_refused()
    {
        var model = Small();
        model.Graph.Initializer[0].RawData = ByteString.CopyFrom(new byte[100]);

        Assert.Contains("needs 16384 bytes and has 100", Refused(Written(model)), StringComparison.Ordinal);
    }

    [Fact]
    public void What_is_no_model_is_refused()
    {
        string path = Path.Combine(demo.NewFolder(), "model.onnx");
        File.WriteAllText(path, "<html>not found</html>");

        Assert.Contains("can't be read", Refused(path), StringComparison.Ordinal);
    }

    private static string Refused(string path) => Assert.Throws<QuantizationException>(() => ModelFiles.ReadChecked(path)).Message;

    private string Written(ModelProto model)
    {
        string path = Path.Combine(demo.NewFolder(), "model.onnx");
        File.WriteAllBytes(path, model.ToByteArray());
        return path;
    }

    /// <summary>One linear, 64 to 64.</summary>
    private static ModelProto Small() => new()
    {
        IrVersion = 8,
        OpsetImport = { new OperatorSetIdProto { Domain = "", Version = 17 } },
        Graph = new GraphProto
        {
            Name = "small",
            Node = { new NodeProto { Name = "/proj", OpType = "MatMul", Input = { "x", "w" }, Output = { "y" } } },
            Initializer =
            {
                new TensorProto { Name = "w", DataType = OnnxTypes.Float, Dims = { 64, 64 }, RawData = ByteString.CopyFrom(new byte[64 * 64 * 4]) },
            },
            Input = { new ValueInfoProto { Name = "x" } },
            Output = { new ValueInfoProto { Name = "y" } },
        },
    };
}
