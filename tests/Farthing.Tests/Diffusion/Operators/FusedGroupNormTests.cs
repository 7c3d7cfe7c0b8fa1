using System.Runtime.InteropServices;
using Farthing.Diffusion.Graphs;
using Farthing.Diffusion.Graphs.Onnx;
using Farthing.Diffusion.Operators;
using Farthing.Diffusion.Operators.Norms;
using Farthing.Diffusion.Operators.Rounding;
using Farthing.Diffusion.Quantization;
using Farthing.Diffusion.Randomness;
using Farthing.Tests.Goldens;
using Google.Protobuf;
using Microsoft.ML.OnnxRuntime;

namespace Farthing.Tests.Diffusion.Operators;

public sealed class FusedGroupNormTests
{
    /// <summary>Batch, channels, groups, height, width: whole registers and rests, one channel a group and all in one.</summary>
    public static TheoryData<int, int, int, int, int> Shapes => new()
    {
        { 2, 64, 16, 16, 16 },
        { 1, 32, 32, 5, 7 },
        { 3, 6, 1, 3, 3 },
        { 1, 8, 4, 1, 1 },
        { 1, 4, 2, 130, 129 },
    };

    [Theory]
    [MemberData(nameof(Shapes))]
    public void Gives_what_the_exported_operators_give(int batch, int channels, int groups, int height, int width)
    {
        long[] sizes = [batch, channels, height, width];
        foreach (bool silu in (bool[])[false, true])
        {
            // A mean far from zero, where a careless variance loses its digits.
            float[] x = [.. Normal(batch * channels * height * width, 5).Select(v => 20 * v + 300)];
            var plain = Model(channels, groups, silu);
            var fused = Model(channels, groups, silu);
            Assert.Equal(1, GroupNormRewrite.Apply(fused));
            Assert.Equal(["FusedGroupNorm"], fused.Graph.Node.Select(n => n.OpType));

            float[] expected = Run(plain, x, sizes), actual = Run(fused, x, sizes);

            Assert.All(expected.Zip(actual), p => Assert.InRange(p.Second, p.First - 2e-4f, p.First + 2e-4f));
        }
    }

    [Theory]
    [InlineData(2, 64, 16, 16, 16)]
    [InlineData(1, 4, 2, 130, 129)]
    [InlineData(1, 6, 3, 3, 1)]
    public void Gives_bytes_itself_where_only_a_rounding_reads_it(int batch, int channels, int groups, int height, int width)
    {
        foreach (bool silu in (bool[])[false, true])
        {
            float[] x = Normal(batch * channels * height * width, 5);
            ModelProto plain = Model(channels, groups, silu), fused = Model(channels, groups, silu);
            RoundedGraph.Round(plain, 0.05f, 60);
            RoundedGraph.Round(fused, 0.05f, 60);
            GroupNormRewrite.Apply(fused);
            Assert.Equal(1, RoundedOutputRewrite.Apply(fused));
            Assert.Equal(["FusedGroupNormToUInt8"], fused.Graph.Node.Select(n => n.OpType));

            var inputs = new Dictionary<string, (float[] Values, long[] Sizes)> { ["x"] = (x, [batch, channels, height, width]) };
            RoundedGraph.AssertSame(RoundedGraph.Bytes(plain, inputs), RoundedGraph.Bytes(fused, inputs));
        }
    }

    /// <summary>The int8 writer joins scale and shift into one operator before the model is stored.</summary>
    [Fact]
    public void Knows_the_stored_form_too()
    {
        float[] x = Normal(8 * 12, 4);
        ModelProto stored = Model(8, 2, silu: true), fused = Model(8, 2, silu: true);
        Assert.Equal(1, NormAffine.Apply(stored.Graph));
        Assert.Equal(1, NormAffine.Apply(fused.Graph));

        Assert.Equal(1, GroupNormRewrite.Apply(fused));

        Assert.Equal(["FusedGroupNorm"], fused.Graph.Node.Select(n => n.OpType));
        Assert.All(Run(stored, x, [1, 8, 3, 4]).Zip(Run(fused, x, [1, 8, 3, 4])), p => Assert.InRange(p.Second, p.First - 1e-5f, p.First + 1e-5f));
    }

    [Fact]
    public void Values_of_any_size_stay_finite()
    {
        float[] x = [.. Enumerable.Range(0, 64).Select(i => i % 8 == 0 ? 1e18f : -1e18f * (i % 3))];

        Assert.All(Run(Fused(8, 2, silu: true), x, [1, 8, 2, 4]), v => Assert.True(float.IsFinite(v)));
    }

    [Fact]
    public void A_value_that_is_no_number_is_not_hidden()
    {
        float[] x = Normal(64, 3);
        x[5] = float.NaN;

        Assert.Contains(Run(Fused(8, 2, silu: true), x, [1, 8, 2, 4]), float.IsNaN);
    }

    [Fact]
    public void A_group_count_that_does_not_fit_is_an_error_and_no_crash()
    {
        var error = Assert.ThrowsAny<OnnxRuntimeException>(() => Run(Fused(9, 2, silu: false), Normal(72, 1), [1, 9, 2, 4]));

        Assert.Contains("9 channels", error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("scale")]
    [InlineData("reader")]
    [InlineData("shape")]
    public void What_does_not_fit_is_left(string change)
    {
        var model = Model(8, 2, silu: false);
        var graph = model.Graph;
        switch (change)
        {
            case "scale":
                Replace(graph, Floats("ones", [2], [1, 2]));
                break;
            case "reader":
                graph.Output.Add(new ValueInfoProto { Name = "normal" });
                break;
            default:
                graph.Node.Single(n => n.OpType == "Shape").Input[0] = "split";
                break;
        }

        Assert.Equal(0, GroupNormRewrite.Apply(model));
        Assert.Contains(graph.Node, n => n.OpType == "InstanceNormalization");
    }

    [Fact]
    public void A_value_that_others_read_keeps_its_name()
    {
        var model = Model(8, 2, silu: true);
        model.Graph.Output.Add(new ValueInfoProto { Name = "shifted", Type = model.Graph.Output[0].Type });

        Assert.Equal(1, GroupNormRewrite.Apply(model));
        Assert.Equal(["FusedGroupNorm", "Sigmoid", "Mul"], model.Graph.Node.Select(n => n.OpType));
    }

    [Theory]
    [InlineData("demo/unet")]
    [InlineData("sdxl-unet-skeleton")]
    public void Every_norm_of_a_unet_is_found(string model)
    {
        var unet = OnnxFile.Read(Path.Combine(Path.GetDirectoryName(Golden.DemoModel)!, model, "model.onnx"));
        int norms = unet.Graph.Node.Count(n => n.OpType == "InstanceNormalization");

        Assert.Equal(norms, GroupNormRewrite.Apply(unet));
        Assert.True(norms > 20);
        Assert.DoesNotContain(unet.Graph.Node, n => n.OpType == "InstanceNormalization");
    }

    private static ModelProto Fused(int channels, int groups, bool silu)
    {
        var model = Model(8, 2, silu);
        GroupNormRewrite.Apply(model);
        model.Graph.Node.Single(n => n.OpType == "FusedGroupNorm").Attribute.Single(a => a.Name == "groups").I = groups;
        Replace(model.Graph, Floats("gamma", [channels, 1, 1], Normal(channels, 1)));
        Replace(model.Graph, Floats("beta", [channels, 1, 1], Normal(channels, 2)));
        return model;
    }

    /// <summary>The operators as torch's exporter writes them.</summary>
    private static ModelProto Model(int channels, int groups, bool silu)
    {
        var split = new TensorProto { Name = "split", DataType = 7, Dims = { 3 }, Int64Data = { 0, groups, -1 } };
        var graph = new GraphProto
        {
            Name = "norm",
            Input = { Value("x") },
            Output = { Value(silu ? "y" : "shifted") },
            Initializer =
            {
                split,
                Floats("ones", [groups], [.. Enumerable.Repeat(1f, groups)]),
                Floats("zeros", [groups], new float[groups]),
                Floats("gamma", [channels, 1, 1], Normal(channels, 1)),
                Floats("beta", [channels, 1, 1], Normal(channels, 2)),
            },
            Node =
            {
                Node("Reshape", ["x", "split"], "grouped"),
                Node("InstanceNormalization", ["grouped", "ones", "zeros"], "normal"),
                Node("Shape", ["x"], "shape"),
                Node("Reshape", ["normal", "shape"], "back"),
                Node("Mul", ["back", "gamma"], "scaled"),
                Node("Add", ["scaled", "beta"], "shifted"),
            },
        };
        if (silu)
        {
            graph.Node.Add(Node("Sigmoid", ["shifted"], "gate"));
            graph.Node.Add(Node("Mul", ["shifted", "gate"], "y"));
        }

        return new ModelProto { IrVersion = 8, OpsetImport = { new OperatorSetIdProto { Version = 17 } }, Graph = graph };
    }

    private static float[] Run(ModelProto model, float[] x, long[] sizes)
    {
        using var options = new SessionOptions { LogSeverityLevel = OrtLoggingLevel.ORT_LOGGING_LEVEL_FATAL, IntraOpNumThreads = 2 };
        OperatorDomain.RegisterWhereUsed(model, options);
        using var session = new InferenceSession(model.ToByteArray(), options);
        using var input = OrtValue.CreateTensorValueFromMemory(x, sizes);
        using var run = new RunOptions();
        using var results = session.Run(run, ["x"], [input], session.OutputNames);
        Assert.Equal(sizes, results[0].GetTensorTypeAndShape().Shape);
        return results[0].GetTensorDataAsSpan<float>().ToArray();
    }

    private static void Replace(GraphProto graph, TensorProto tensor)
    {
        graph.Initializer.Remove(graph.Initializer.Single(t => t.Name == tensor.Name));
        graph.Initializer.Add(tensor);
    }

    private static float[] Normal(int count, int seed)
    {
        float[] values = new float[count];
        new TorchGenerator(seed).FillNormal(values);
        return values;
    }

    private static TensorProto Floats(string name, long[] dims, float[] values) =>
        new() { Name = name, DataType = 1, Dims = { dims }, RawData = ByteString.CopyFrom(MemoryMarshal.AsBytes(values.AsSpan())) };

    private static NodeProto Node(string type, string[] inputs, string output) =>
        new() { OpType = type, Name = output, Input = { inputs }, Output = { output } };

    private static ValueInfoProto Value(string name) => new()
    {
        Name = name,
        Type = new TypeProto { TensorType = new TypeProto.Types.TensorType { ElemType = 1, Shape = FourAxes() } },
    };

    private static TensorShapeProto FourAxes()
    {
        var shape = new TensorShapeProto();
        shape.Dim.AddRange(Enumerable.Range(0, 4).Select(i => new TensorShapeProto.Types.Dimension { DimParam = $"d{i}" }));
        return shape;
    }
}
