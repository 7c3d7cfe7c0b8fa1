using Farthing.Diffusion.Graphs.Onnx;
using Farthing.Diffusion.Operators;
using Farthing.Diffusion.Operators.Attention;
using Farthing.Diffusion.Operators.Rounding;
using Farthing.Diffusion.Randomness;
using Google.Protobuf;
using Microsoft.ML.OnnxRuntime;

namespace Farthing.Tests.Diffusion.Operators;

public sealed class FusedAttentionTests
{
    private static readonly string[] Names = ["q", "k", "v"];

    /// <summary>Rows, heads, queries, keys, channels of a head: whole tiles and all kinds of rests.</summary>
    public static TheoryData<int, int, int, int, int> Shapes => new()
    {
        { 1, 10, 256, 256, 64 },
        { 2, 5, 64, 77, 64 },
        { 2, 2, 33, 109, 32 },
        { 1, 3, 1, 1, 16 },
        { 1, 2, 100, 600, 40 },
        { 1, 1, 70, 300, 160 },
        { 3, 4, 17, 65, 24 },
        { 1, 1, 5, 7, 3 },
    };

    [Theory]
    [MemberData(nameof(Shapes))]
    public void Gives_what_float_attention_gives(int batch, int heads, int queries, int keys, int head)
    {
        var inputs = Inputs(batch, heads * head, queries, keys, spread: 1.5f);
        float[] expected = Run(Model(heads, head), inputs), actual = Run(Fused(heads, head), inputs);

        Assert.InRange(RelativeNorm(expected, actual), 0, FusedAttention.IsSupported ? 0.06 : 1e-6);
    }

    [Theory]
    [MemberData(nameof(Shapes))]
    public void Gives_bytes_itself_where_only_a_rounding_reads_it(int batch, int heads, int queries, int keys, int head)
    {
        var inputs = Inputs(batch, heads * head, queries, keys, spread: 1.5f).Zip(Names, (input, name) => (input, name))
            .ToDictionary(p => p.name, p => (p.input.Values, p.input.Shape));
        ModelProto apart = Fused(heads, head), rounding = Fused(heads, head);
        RoundedGraph.Round(apart, 0.02f, 128);
        RoundedGraph.Round(rounding, 0.02f, 128);
        Assert.Equal(FusedAttention.IsSupported ? 1 : 0, RoundedOutputRewrite.Apply(rounding));

        RoundedGraph.AssertSame(RoundedGraph.Bytes(apart, inputs), RoundedGraph.Bytes(rounding, inputs));
    }

    /// <summary>However flat or peaked the scores: an output is a mean of values, and stays between them.</summary>
    [Theory]
    [InlineData(0f)]
    [InlineData(1e-20f)]
    [InlineData(0.05f)]
    [InlineData(40f)]
    public void Stays_between_the_values(float spread)
    {
        var inputs = Inputs(1, 128, 96, 2100, spread);
        float[] values = inputs[2].Values, actual = Run(Fused(2, 64), inputs);

        for (int i = 0; i < actual.Length; i++)
        {
            var column = Enumerable.Range(0, 2100).Select(j => values[j * 128 + i % 128]);
            float step = column.Max(MathF.Abs) / 100;
            Assert.InRange(actual[i], column.Min() - step, column.Max() + step);
        }
    }

    /// <summary>A mean that all keys share moves no weight, so it must not cost precision either.</summary>
    [Fact]
    public void Keys_far_from_zero_round_as_well_as_others()
    {
        var inputs = Inputs(1, 64, 64, 300, spread: 1);
        float[] expected = Run(Model(1, 64), inputs);
        for (int i = 0; i < inputs[1].Values.Length; i++)
        {
            inputs[1].Values[i] += 50;
        }

        Assert.InRange(RelativeNorm(expected, Run(Fused(1, 64), inputs)), 0, 0.06);
    }

    [Fact]
    public void What_is_no_number_stays_none()
    {
        var inputs = Inputs(1, 64, 40, 40, spread: 1);
        inputs[0].Values[64 * 7 + 3] = float.NaN;
        float[] actual = Run(Fused(1, 64), inputs);

        Assert.All(actual.AsSpan(64 * 7, 64).ToArray(), value => Assert.True(float.IsNaN(value)));
        Assert.True(float.IsFinite(actual[0]));

        inputs[2].Values[5] = float.PositiveInfinity;
        Assert.False(float.IsFinite(Run(Fused(1, 64), inputs)[5]));
    }

    [Fact]
    public void Gives_the_same_on_one_thread_and_on_several()
    {
        var inputs = Inputs(2, 192, 130, 130, spread: 1);
        Assert.Equal(Run(Fused(3, 64), inputs, threads: 1), Run(Fused(3, 64), inputs, threads: 3));
    }

    [Fact]
    public void Refuses_inputs_that_do_not_fit_with_a_sentence_and_no_crash()
    {
        if (!FusedAttention.IsSupported)
        {
            Assert.Skip("This processor has no AVX-512: ONNX Runtime's own operator runs.");
        }

        var inputs = Inputs(1, 60, 8, 8, spread: 1);
        var error = Assert.Throws<OnnxRuntimeException>(() => Run(Fused(7, 8), inputs));
        Assert.Contains("do not fit 7 heads", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Leaves_attention_with_a_mask_or_bias_to_ONNX_Runtime()
    {
        var model = Model(2, 64);
        model.Graph.Node[0].Input.Add("bias");
        Assert.Equal(0, FusedAttentionRewrite.Apply(model));
        Assert.Equal("MultiHeadAttention", model.Graph.Node[0].OpType);
    }

    /// <summary>|expected − actual| / |expected|.</summary>
    private static double RelativeNorm(float[] expected, float[] actual) =>
        Math.Sqrt(expected.Zip(actual, (e, a) => Math.Pow((double)e - a, 2)).Sum() / expected.Sum(e => (double)e * e));

    private static ModelProto Fused(int heads, int head)
    {
        var model = Model(heads, head);
        Assert.Equal(FusedAttention.IsSupported ? 1 : 0, FusedAttentionRewrite.Apply(model));
        return model;
    }

    private static ModelProto Model(int heads, int head)
    {
        var node = new NodeProto { OpType = "MultiHeadAttention", Domain = "com.microsoft", Name = "attention" };
        node.Input.AddRange(Names);
        node.Output.Add("o");
        node.Attribute.Add(new AttributeProto { Name = "num_heads", Type = 2, I = heads });
        node.Attribute.Add(new AttributeProto { Name = "scale", Type = 1, F = 1 / MathF.Sqrt(head) });
        var graph = new GraphProto { Name = "test", Node = { node } };
        graph.Input.AddRange(Names.Select(Value));
        graph.Output.Add(Value("o"));
        return new ModelProto
        {
            IrVersion = 8,
            Graph = graph,
            OpsetImport = { new OperatorSetIdProto { Domain = "", Version = 17 }, new OperatorSetIdProto { Domain = "com.microsoft", Version = 1 } },
        };
    }

    private static ValueInfoProto Value(string name)
    {
        var type = new TypeProto.Types.TensorType { ElemType = 1, Shape = new TensorShapeProto() };
        for (int i = 0; i < 3; i++)
        {
            type.Shape.Dim.Add(new TensorShapeProto.Types.Dimension { DimParam = $"{name}{i}" });
        }

        return new ValueInfoProto { Name = name, Type = new TypeProto { TensorType = type } };
    }

    private static (float[] Values, long[] Shape)[] Inputs(int batch, int width, int queries, int keys, float spread)
    {
        var generator = new TorchGenerator(17);
        return
        [
            .. new[] { queries, keys, keys }.Select(tokens =>
            {
                float[] values = new float[batch * tokens * width];
                generator.FillNormal(values);
                return (values.Select(v => v * spread).ToArray(), new long[] { batch, tokens, width });
            }),
        ];
    }

    private static float[] Run(ModelProto model, (float[] Values, long[] Shape)[] inputs, int threads = 2)
    {
        using var options = new SessionOptions { IntraOpNumThreads = threads };
        OperatorDomain.Register(options);
        using var session = new InferenceSession(model.ToByteArray(), options);
        using var q = OrtValue.CreateTensorValueFromMemory(inputs[0].Values, inputs[0].Shape);
        using var k = OrtValue.CreateTensorValueFromMemory(inputs[1].Values, inputs[1].Shape);
        using var v = OrtValue.CreateTensorValueFromMemory(inputs[2].Values, inputs[2].Shape);
        using var run = new RunOptions();
        using var results = session.Run(run, Names, [q, k, v], ["o"]);
        return results[0].GetTensorDataAsSpan<float>().ToArray();
    }
}
