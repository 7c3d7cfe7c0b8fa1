using System.Runtime.InteropServices;
using Farthing.Diffusion.Graphs;
using Farthing.Diffusion.Graphs.Onnx;
using Farthing.Diffusion.Operators;
using Farthing.Diffusion.Operators.Activations;
using Farthing.Diffusion.Operators.Rounding;
using Farthing.Diffusion.Randomness;
using Farthing.Tests.Goldens;
using Google.Protobuf;
using Microsoft.ML.OnnxRuntime;

namespace Farthing.Tests.Diffusion.Operators;

public sealed class FusedGegluTests
{
    /// <summary>Sizes and the axis that is halved: whole registers and rests, pieces of one thread and several, the axis inside.</summary>
    public static TheoryData<long[], int> Shapes => new()
    {
        { [2, 7, 256], 2 },
        { [1, 3, 10], -1 },
        { [1, 2, 2], 2 },
        { [1, 2, 9000], -1 },
        { [2, 6, 5], 1 },
    };

    [Theory]
    [MemberData(nameof(Shapes))]
    public void Gives_what_the_exported_operators_give(long[] sizes, int axis)
    {
        float[] x = [.. Normal((int)sizes.Aggregate(1L, (a, b) => a * b)).Select(v => 4 * v)];
        var plain = Model(axis);
        var fused = Model(axis);
        Assert.Equal(1, GegluRewrite.Apply(fused));
        Assert.Equal(["FusedGeglu"], fused.Graph.Node.Where(n => n.OpType != "Constant").Select(n => n.OpType));

        float[] expected = Run(plain, x, sizes), actual = Run(fused, x, sizes);

        Assert.Equal(expected.Length, actual.Length);
        Assert.All(expected.Zip(actual), p => Assert.InRange(p.Second, p.First - 1e-5f, p.First + 1e-5f));
    }

    [Theory]
    [MemberData(nameof(Shapes))]
    public void Gives_bytes_itself_where_only_a_rounding_reads_it(long[] sizes, int axis)
    {
        float[] x = [.. Normal((int)sizes.Aggregate(1L, (a, b) => a * b)).Select(v => 4 * v)];
        var (plain, fused) = (Model(axis), Model(axis));
        RoundedGraph.Round(plain, 0.1f, 90);
        RoundedGraph.Round(fused, 0.1f, 90);
        GegluRewrite.Apply(fused);
        Assert.Equal(1, RoundedOutputRewrite.Apply(fused));
        Assert.Equal(["FusedGegluToUInt8"], fused.Graph.Node.Where(n => n.OpType != "Constant").Select(n => n.OpType));

        var inputs = new Dictionary<string, (float[] Values, long[] Sizes)> { ["x"] = (x, sizes) };
        RoundedGraph.AssertSame(RoundedGraph.Bytes(plain, inputs), RoundedGraph.Bytes(fused, inputs));
    }

    [Fact]
    public void Extreme_values_and_those_that_are_no_numbers_come_through()
    {
        float[] x = [1, 1, 1, 1, 1e30f, -1e30f, float.NaN, float.PositiveInfinity];

        float[] y = Run(Fused(-1), x, [1, 8]);

        Assert.Equal(1e30f, y[0]);
        Assert.InRange(y[1], -1e-30f, 0);
        Assert.True(float.IsNaN(y[2]));
        Assert.False(float.IsFinite(y[3]));
    }

    [Fact]
    public void A_size_without_halves_is_an_error_and_no_crash()
    {
        var error = Assert.ThrowsAny<OnnxRuntimeException>(() => Run(Fused(-1), [1, 2, 3], [1, 3]));

        Assert.Contains("no halves along axis -1", error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("root", "two")]
    [InlineData("gelu", "one")]
    [InlineData("gate", "axis0")]
    [InlineData("gated", "end")]
    public void What_does_not_fit_is_left(string node, string input)
    {
        var model = Model(2);
        model.Graph.Initializer.Add(Integers("axis0", 0));
        model.Graph.Node.Single(n => n.Output[0] == node).Input[^1] = input;
        if (node == "gated")
        {
            model.Graph.Node.Single(n => n.Output[0] == node).Input[2] = "end";
        }

        Assert.Equal(0, GegluRewrite.Apply(model));
    }

    [Theory]
    [InlineData("demo/unet")]
    [InlineData("sdxl-unet-skeleton")]
    public void Every_activation_of_a_unet_is_found(string model)
    {
        var unet = OnnxFile.Read(Path.Combine(Path.GetDirectoryName(Golden.DemoModel)!, model, "model.onnx"));
        int activations = unet.Graph.Node.Count(n => n.OpType == "Erf");

        Assert.Equal(activations, GegluRewrite.Apply(unet));
        Assert.True(activations > 2);
        Assert.DoesNotContain(unet.Graph.Node, n => n.OpType == "Erf");
    }

    private static ModelProto Fused(int axis)
    {
        var model = Model(axis);
        GegluRewrite.Apply(model);
        return model;
    }

    /// <summary>The operators as torch's exporter writes them.</summary>
    private static ModelProto Model(int axis)
    {
        var graph = new GraphProto
        {
            Name = "geglu",
            Input = { Value("x") },
            Output = { Value("y") },
            Initializer =
            {
                Integers("axis", axis), Integers("start", 0), Integers("one1", 1), Integers("two1", 2), Integers("end", 4),
                Float("root2", MathF.Sqrt(2)), Float("one", 1), Float("two", 2), Float("half", 0.5f),
            },
            Node =
            {
                Node("Shape", ["x"], "shape"),
                Node("Gather", ["shape", "axis"], "size"),
                Node("Add", ["size", "one1"], "more"),
                Node("Div", ["more", "two1"], "halfSize"),
                Node("Mul", ["halfSize", "one1"], "middle"),
                Node("Slice", ["x", "start", "middle", "axis"], "gated"),
                Node("Mul", ["halfSize", "two1"], "last"),
                Node("Slice", ["x", "middle", "last", "axis"], "gate"),
                Node("Div", ["gate", "root2"], "root"),
                Node("Erf", ["root"], "erf"),
                Node("Add", ["erf", "one"], "sum"),
                Node("Mul", ["gate", "sum"], "product"),
                Node("Mul", ["product", "half"], "gelu"),
                Node("Mul", ["gated", "gelu"], "y"),
            },
        };
        return new ModelProto { IrVersion = 8, OpsetImport = { new OperatorSetIdProto { Version = 17 } }, Graph = graph };
    }

    private static float[] Run(ModelProto model, float[] x, long[] sizes)
    {
        using var options = new SessionOptions { LogSeverityLevel = OrtLoggingLevel.ORT_LOGGING_LEVEL_FATAL, IntraOpNumThreads = 2 };
        OperatorDomain.RegisterWhereUsed(model, options);
        using var session = new InferenceSession(model.ToByteArray(), options);
        using var input = OrtValue.CreateTensorValueFromMemory(x, sizes);
        using var run = new RunOptions();
        using var results = session.Run(run, ["x"], [input], ["y"]);
        return results[0].GetTensorDataAsSpan<float>().ToArray();
    }

    private static float[] Normal(int count)
    {
        float[] values = new float[count];
        new TorchGenerator(6).FillNormal(values);
        return values;
    }

    private static NodeProto Node(string type, string[] inputs, string output) =>
        new() { OpType = type, Name = output, Input = { inputs }, Output = { output } };

    private static TensorProto Integers(string name, long value) => new() { Name = name, DataType = 7, Dims = { 1 }, Int64Data = { value } };

    private static TensorProto Float(string name, float value) =>
        new() { Name = name, DataType = 1, RawData = ByteString.CopyFrom(MemoryMarshal.AsBytes<float>([value])) };

    private static ValueInfoProto Value(string name) =>
        new() { Name = name, Type = new TypeProto { TensorType = new TypeProto.Types.TensorType { ElemType = 1 } } };
}
