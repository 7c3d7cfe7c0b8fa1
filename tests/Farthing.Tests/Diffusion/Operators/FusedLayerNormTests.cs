using Farthing.Diffusion.Graphs.Onnx;
using Farthing.Diffusion.Operators.Norms;
using Farthing.Diffusion.Randomness;
using Google.Protobuf;
using Microsoft.ML.OnnxRuntime;

namespace Farthing.Tests.Diffusion.Operators;

public sealed class FusedLayerNormTests
{
    private const float Scale = 0.03f;
    private const byte Zero = 120;

    /// <summary>Sizes of x: whole registers and rests, one row and many, rows longer than a piece.</summary>
    public static TheoryData<long[]> Shapes => new()
    {
        new long[] { 2, 9, 64 },
        new long[] { 1, 1, 37 },
        new long[] { 5, 1 },
        new long[] { 3, 2300 },
        new long[] { 640 },
    };

    [Theory]
    [MemberData(nameof(Shapes))]
    public void Gives_what_the_exported_operators_give(long[] sizes)
    {
        var (plain, fused) = (Model((int)sizes[^1], adds: false), Model((int)sizes[^1], adds: false));
        var inputs = Inputs(sizes, adds: false);
        Assert.Equal(1, LayerNormRewrite.Apply(fused));
        Assert.Equal(["FusedLayerNormToUInt8"], fused.Graph.Node.Select(n => n.OpType));

        byte[] expected = RoundedGraph.Bytes(plain, inputs), actual = RoundedGraph.Bytes(fused, inputs);

        if (sizes[^1] > 1)
        {
            RoundedGraph.AssertSame(expected, actual);
        }

        Assert.Equal(actual, RoundedGraph.Bytes(fused, inputs, threads: 1));
    }

    [Theory]
    [MemberData(nameof(Shapes))]
    public void Gives_the_sum_before_it_too(long[] sizes)
    {
        int width = (int)sizes[^1];
        var (plain, fused) = (Model(width, adds: true), Model(width, adds: true));
        var inputs = Inputs(sizes, adds: true);
        Assert.Equal(1, LayerNormRewrite.Apply(fused));
        Assert.Equal(["DynamicQuantizeLinear", "MatMulIntegerToFloat", "FusedAddLayerNormToUInt8"], fused.Graph.Node.Select(n => n.OpType));

        using var expected = RoundedGraph.Run(plain, inputs, threads: 2);
        using var actual = RoundedGraph.Run(fused, inputs, threads: 2);

        if (width > 1)
        {
            RoundedGraph.AssertSame(expected[0].GetTensorDataAsSpan<byte>().ToArray(), actual[0].GetTensorDataAsSpan<byte>().ToArray());
        }

        Assert.Equal(expected[1].GetTensorDataAsSpan<float>().ToArray(), actual[1].GetTensorDataAsSpan<float>().ToArray());
    }

    [Fact]
    public void Sees_a_layer_through_a_division_by_one()
    {
        var model = Model(8, adds: true);
        model.Graph.Initializer.Add(RoundedGraph.Float("divisor", [], 1));
        int sum = model.Graph.Node.ToList().FindIndex(n => n.OpType == "Add");
        model.Graph.Node[sum].Input[0] = "divided";
        model.Graph.Node.Insert(sum, RoundedGraph.Node("Div", ["layer", "divisor"], "divided"));

        Assert.Equal(1, LayerNormRewrite.Apply(model));

        Assert.DoesNotContain(model.Graph.Node, n => n.OpType == "Add");
    }

    [Fact]
    public void A_sum_of_other_shapes_is_an_error_and_no_crash()
    {
        var fused = Model(8, adds: true);
        var inputs = Inputs([2, 3, 8], adds: true);
        inputs["y"] = (new float[8], [1, 8]);
        LayerNormRewrite.Apply(fused);

        var error = Assert.Throws<OnnxRuntimeException>(() => RoundedGraph.Bytes(fused, inputs));

        Assert.Contains("differ in shape", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_norm_that_others_read_in_float_is_left()
    {
        var model = Model(8, adds: false);
        model.Graph.Output.Add(new ValueInfoProto { Name = "normal", Type = RoundedGraph.Type(1) });

        Assert.Equal(0, LayerNormRewrite.Apply(model));
    }

    [Fact]
    public void A_norm_along_another_axis_is_left()
    {
        var model = Model(8, adds: false);
        model.Graph.Node.Single(n => n.OpType == "LayerNormalization").Attribute.Add(new AttributeProto { Name = "axis", Type = 2, I = 1 });

        Assert.Equal(0, LayerNormRewrite.Apply(model));
    }

    [Fact]
    public void A_sum_of_floats_stays_apart_since_it_may_stretch_a_side()
    {
        var model = Model(8, adds: true);
        model.Graph.Node.Single(n => n.OpType == "MatMulIntegerToFloat").OpType = "MatMul";

        Assert.Equal(1, LayerNormRewrite.Apply(model));
        Assert.Contains(model.Graph.Node, n => n.OpType == "Add");
        Assert.Contains(model.Graph.Node, n => n.OpType == "FusedLayerNormToUInt8");
    }

    private static Dictionary<string, (float[] Values, long[] Sizes)> Inputs(long[] sizes, bool adds)
    {
        float[] x = new float[sizes.Aggregate(1L, (a, b) => a * b)], y = new float[x.Length];
        var generator = new TorchGenerator(8);
        generator.FillNormal(x);
        generator.FillNormal(y);
        for (int i = 0; i < x.Length; i++)
        {
            x[i] = 3 * x[i] + 40;
        }

        var inputs = new Dictionary<string, (float[] Values, long[] Sizes)> { ["x"] = (x, sizes) };
        if (adds)
        {
            inputs["y"] = (y, sizes);
        }

        return inputs;
    }

    /// <summary>norm(x), or norm(y·1 + x) with the sum as a second output, rounded.</summary>
    private static ModelProto Model(int width, bool adds)
    {
        float[] scale = new float[width], shift = new float[width];
        var generator = new TorchGenerator(9);
        generator.FillNormal(scale);
        generator.FillNormal(shift);
        var graph = new GraphProto
        {
            Name = "norm",
            Input = { new ValueInfoProto { Name = "x", Type = RoundedGraph.Type(1) } },
            Output = { new ValueInfoProto { Name = "normal", Type = RoundedGraph.Type(1) } },
            Initializer = { RoundedGraph.Float("scale", [width], scale), RoundedGraph.Float("shift", [width], shift) },
        };
        if (adds)
        {
            sbyte[] one = new sbyte[width * width];
            for (int i = 0; i < width; i++)
            {
                one[i * width + i] = 1;
            }

            graph.Input.Add(new ValueInfoProto { Name = "y", Type = RoundedGraph.Type(1) });
            graph.Initializer.Add(new TensorProto { Name = "one", DataType = 3, Dims = { width, width }, RawData = ByteString.CopyFrom([.. one.Select(v => (byte)v)]) });
            graph.Initializer.Add(RoundedGraph.Float("unit", [], 1));
            var bytes = RoundedGraph.Node("DynamicQuantizeLinear", ["y"], "bytes");
            bytes.Output.AddRange(["level", "origin"]);
            graph.Node.AddRange(
            [
                bytes,
                RoundedGraph.Node("MatMulIntegerToFloat", ["bytes", "one", "level", "unit", "origin"], "layer", "com.microsoft"),
                RoundedGraph.Node("Add", ["layer", "x"], "sum"),
            ]);
        }

        graph.Node.Add(RoundedGraph.Node("LayerNormalization", [adds ? "sum" : "x", "scale", "shift"], "normal"));
        var model = new ModelProto
        {
            IrVersion = 8,
            OpsetImport = { new OperatorSetIdProto { Version = 17 }, new OperatorSetIdProto { Domain = "com.microsoft", Version = 1 } },
            Graph = graph,
        };
        RoundedGraph.Round(model, Scale, Zero);
        if (adds)
        {
            graph.Output.Add(new ValueInfoProto { Name = "sum", Type = RoundedGraph.Type(1) });
        }

        return model;
    }
}
