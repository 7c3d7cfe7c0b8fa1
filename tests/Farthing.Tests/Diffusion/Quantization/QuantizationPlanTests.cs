using System.Runtime.InteropServices;
using Farthing.Diffusion.Graphs;
using Farthing.Diffusion.Graphs.Onnx;
using Farthing.Diffusion.Quantization;
using Farthing.Diffusion.Randomness;
using Google.Protobuf;
using Microsoft.ML.OnnxRuntime;
using Microsoft.ML.OnnxRuntime.Tensors;

namespace Farthing.Tests.Diffusion.Quantization;

[Collection(nameof(DemoUNet))]
public sealed class QuantizationPlanTests(DemoUNet demo)
{
    [Fact]
    public void All_skip_concats_of_the_demo_have_a_scale_a_half()
    {
        _ = demo.Int8;

        Assert.Equal(6, demo.Report.SplitConcats.Count);
    }

    [Theory]
    [InlineData(Int8ModelWriter.CpuFile)]
    [InlineData(Int8ModelWriter.QdqFile)]
    public void A_scale_a_half_loses_less_when_the_halves_differ(string form)
    {
        var whole = new Dictionary<string, ActivationRange> { ["both"] = new(-20, 20), ["y"] = new(-40, 40) };
        var halves = new Dictionary<string, ActivationRange>(whole) { ["left"] = new(-20, 20), ["right"] = new(-0.1f, 0.1f) };

        double together = SkipError(whole, form), apart = SkipError(halves, form);

        Assert.InRange(apart, 1e-6, together / 3);
    }

    [Fact]
    public void Smoothing_is_folded_behind_layer_norms_and_told_where_it_can_not_be()
    {
        var graph = OnnxFile.Read(DemoUNet.ModelPath).Graph;
        var (targets, _) = QuantizationTargets.Find(graph);
        var foldable = SmoothingFold.Inputs(graph, [.. targets]);
        string other = targets.First(t => t.Kind == TargetKind.Linear && !foldable.Contains(t.Input)).Input;
        var ranges = demo.Recipe.Ranges.ToDictionary(r => r.Key, r => r.Value, StringComparer.Ordinal);
        var smoothing = new Dictionary<string, float[]>(StringComparer.Ordinal) { [other] = [1, 2] };
        foreach (string input in foldable)
        {
            int channels = (int)graph.Initializer.First(t => t.Name == targets.First(x => x.Input == input).Weight).Dims[0];
            smoothing[input] = [.. Enumerable.Range(0, channels).Select(i => i % 2 == 0 ? 1f : 1.25f)];
            ranges[QuantizationRecipe.Smoothed(input)] = ranges[input];
        }

        string folder = demo.NewFolder();
        var report = Int8ModelWriter.Write(
            DemoUNet.ModelPath, folder, new QuantizationRecipe { Ranges = ranges, Smoothing = smoothing }, null, TestContext.Current.CancellationToken);

        Assert.Equal(21, foldable.Count);
        Assert.Equal(other, Assert.Single(report.Unsmoothed).Node);
        Assert.InRange(demo.Error(Path.Combine(folder, Int8ModelWriter.CpuFile)), 1e-6, 0.03);
        Assert.InRange(demo.Error(Path.Combine(folder, Int8ModelWriter.QdqFile)), 1e-6, 0.04);
    }

    [Fact]
    public void What_a_recipe_leaves_out_stays_in_float()
    {
        var target = QuantizationTargets.Find(OnnxFile.Read(DemoUNet.ModelPath).Graph).Targets.First(t => t.Kind == TargetKind.Linear);
        string folder = demo.NewFolder();
        var recipe = demo.Recipe with { LeftOut = [new LeftOut(target.Node, "sensitive")] };

        var report = Int8ModelWriter.Write(DemoUNet.ModelPath, folder, recipe, null, TestContext.Current.CancellationToken);

        Assert.Contains(recipe.LeftOut[0], report.LeftOut);
        Assert.DoesNotContain(report.Layers, l => l.Node == target.Node);
        var node = OnnxFile.Read(Path.Combine(folder, Int8ModelWriter.CpuFile)).Graph.Node.Single(n => n.Name == target.Node);
        Assert.Equal("MatMul", node.OpType);
    }

    [Fact]
    public void A_missing_range_is_refused_by_name()
    {
        string missing = demo.Recipe.Ranges.Keys.First(k => k.EndsWith("conv1/Conv_output_0", StringComparison.Ordinal));
        var recipe = new QuantizationRecipe { Ranges = demo.Recipe.Ranges.Where(r => r.Key != missing).ToDictionary() };

        var refused = Assert.Throws<QuantizationException>(() => Int8ModelWriter.Write(
            DemoUNet.ModelPath, demo.NewFolder(), recipe, null, TestContext.Current.CancellationToken));

        Assert.Contains(missing, refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Joined_time_projections_and_affine_norms_change_nothing()
    {
        var model = OnnxFile.Read(DemoUNet.ModelPath);
        using var source = new SourceTensors(DemoUNet.ModelPath);
        using var store = new TensorStore(null);

        Assert.Equal(11, TimeProjections.Join(model.Graph, source, store));
        Assert.Equal(30, NormAffine.Apply(model.Graph));

        string path = Path.Combine(demo.NewFolder(), "model.onnx");
        ModelFiles.Write(model, path, source, store);
        Assert.InRange(demo.Error(path), 0, 1e-5);
    }

    [Fact]
    public void A_weight_behind_a_Transpose_is_quantized_too()
    {
        var model = Model(
            [
                new NodeProto { OpType = "Transpose", Input = { "w" }, Output = { "wt" } },
                new NodeProto { Name = "/proj", OpType = "MatMul", Input = { "x", "wt" }, Output = { "y" } },
            ],
            [Tensor("w", 1, [64, 96])],
            ["x"],
            [1, 5, 96]);
        string folder = demo.NewFolder(), path = Path.Combine(folder, "source.onnx");
        File.WriteAllBytes(path, model.ToByteArray());

        Int8ModelWriter.Write(
            path, folder, new QuantizationRecipe { Ranges = new Dictionary<string, ActivationRange> { ["x"] = new(-5, 5) } }, null, TestContext.Current.CancellationToken);

        var inputs = Inputs(["x"], [1, 5, 96], [1f]);
        float[] expected = Run(path, inputs);
        foreach (string form in (string[])[Int8ModelWriter.CpuFile, Int8ModelWriter.QdqFile])
        {
            // 0.044 on processors without VNNI, whose sums of 8-bit products saturate; below 0.03 elsewhere.
            Assert.InRange(Error(Run(Path.Combine(folder, form), inputs), expected), 1e-6, 0.05);
        }
    }

    /// <summary>The error of a convolution over two halves of which one is 200 times as wide, and the other's weights are wider.</summary>
    private double SkipError(Dictionary<string, ActivationRange> ranges, string form)
    {
        var weight = Tensor("w", 2, [32, 128, 1, 1]);
        float[] values = MemoryMarshal.Cast<byte, float>(weight.RawData.Span).ToArray();
        for (int i = 0; i < values.Length; i++)
        {
            values[i] *= i % 128 < 64 ? 0.1f : 20f;
        }

        weight.RawData = ByteString.CopyFrom(MemoryMarshal.AsBytes<float>(values));
        var model = Model(
            [
                Conv("left", "wl", "/left"), Conv("right", "wr", "/right"),
                new NodeProto { OpType = "Concat", Input = { "left", "right" }, Output = { "both" }, Attribute = { FormBuilder.Number("axis", 1) } },
                new NodeProto { Name = "/shortcut", OpType = "Conv", Input = { "both", "w" }, Output = { "y" } },
            ],
            [Tensor("wl", 3, [64, 4, 1, 1]), Tensor("wr", 4, [64, 4, 1, 1]), weight],
            ["left.in", "right.in"],
            [1, 4, 8, 8]);
        string folder = demo.NewFolder(), path = Path.Combine(folder, "source.onnx");
        File.WriteAllBytes(path, model.ToByteArray());
        var report = Int8ModelWriter.Write(path, folder, new QuantizationRecipe { Ranges = ranges }, null, TestContext.Current.CancellationToken);
        Assert.Equal(ranges.ContainsKey("left") ? 1 : 0, report.SplitConcats.Count);
        var inputs = Inputs(["left.in", "right.in"], [1, 4, 8, 8], [20f, 0.1f]);
        return Error(Run(Path.Combine(folder, form), inputs), Run(path, inputs));

        static NodeProto Conv(string output, string weight, string name) =>
            new() { Name = name, OpType = "Conv", Input = { output + ".in", weight }, Output = { output } };
    }

    private static ModelProto Model(NodeProto[] nodes, TensorProto[] tensors, string[] inputs, long[] dims)
    {
        var model = new ModelProto
        {
            IrVersion = 8,
            OpsetImport = { new OperatorSetIdProto { Domain = "", Version = 17 } },
            Graph = new GraphProto { Name = "part", Node = { nodes }, Initializer = { tensors } },
        };
        model.Graph.Input.AddRange(inputs.Select(name => new ValueInfoProto { Name = name }));
        foreach (string name in inputs)
        {
            OnnxFile.SetInput(model, name, OnnxTypes.Float, dims, fixedShape: true);
        }

        model.Graph.Output.Add(new ValueInfoProto { Name = "y" });
        return model;
    }

    /// <summary>Values of a tenth of the normal distribution's width: what 4 channels of width 1 give stays well inside a range of 1.</summary>
    private static TensorProto Tensor(string name, long seed, long[] dims)
    {
        float[] values = new float[dims.Aggregate(1L, (a, b) => a * b)];
        new TorchGenerator(seed).FillNormal(values);
        for (int i = 0; i < values.Length; i++)
        {
            values[i] *= 0.1f;
        }

        return new TensorProto
        {
            Name = name,
            DataType = OnnxTypes.Float,
            Dims = { dims },
            RawData = ByteString.CopyFrom(MemoryMarshal.AsBytes<float>(values)),
        };
    }

    private static List<NamedOnnxValue> Inputs(string[] names, int[] dims, float[] widths) =>
    [
        .. names.Select((name, i) =>
        {
            float[] values = new float[dims.Aggregate(1, (a, b) => a * b)];
            new TorchGenerator(7).FillNormal(values);
            return NamedOnnxValue.CreateFromTensor(name, new DenseTensor<float>(values.Select(v => v * widths[i]).ToArray(), dims));
        }),
    ];

    private static float[] Run(string path, List<NamedOnnxValue> inputs)
    {
        using var session = new InferenceSession(path);
        using var results = session.Run(inputs, ["y"]);
        return [.. results[0].AsEnumerable<float>()];
    }

    private static double Error(float[] actual, float[] expected) => Math.Sqrt(
        actual.Zip(expected, (a, e) => Math.Pow(a - e, 2)).Sum() / expected.Sum(e => e * e));
}
