using System.Globalization;
using Farthing.Diffusion.Graphs;
using Farthing.Diffusion.Graphs.Onnx;

namespace Farthing.Diffusion.Quantization;

/// <summary>
/// Every block projects the same time embedding with a Gemm of its own: they become one Gemm with all weights, whose columns
/// are then split. Exact; a Gemm with one row a sample is bound by being called at all.
/// </summary>
internal static class TimeProjections
{
    private sealed record Projection(NodeProto Gemm, NodeProto First, NodeProto Second, TensorProto Weight, TensorProto Bias);

    /// <summary>Rewrites in place and gives the number of Gemms that were joined.</summary>
    public static int Join(GraphProto graph, SourceTensors source, TensorStore store)
    {
        var index = new GraphIndex(graph);
        var groups = graph.Node.Select(n => Match(n, index)).OfType<Projection>()
            .GroupBy(p => p.Gemm.Input[0], StringComparer.Ordinal).Where(g => g.Count() > 1)
            .ToDictionary(g => g.First().Gemm, g => g.ToList());
        var gone = groups.Values.SelectMany(g => g).SelectMany(p => new[] { p.Gemm, p.First, p.Second })
            .ToHashSet<NodeProto>(ReferenceEqualityComparer.Instance);
        var builder = new FormBuilder(graph);
        foreach (var node in graph.Node)
        {
            if (groups.TryGetValue(node, out var group))
            {
                Add(builder, group, source, store);
            }
            else if (!gone.Contains(node))
            {
                builder.Keep(node);
            }
        }

        builder.Finish();
        return gone.Count / 3;
    }

    private static void Add(FormBuilder builder, List<Projection> group, SourceTensors source, TensorStore store)
    {
        string input = group[0].Gemm.Input[0], joined = input + "/projections";
        long width = group[0].Weight.Dims[1];
        long[] sizes = [.. group.Select(p => p.Weight.Dims[0])];
        string weight = builder.Constant(store.Put<float>(
            joined + "/weight", OnnxTypes.Float, [sizes.Sum(), width], Values(group.Select(p => p.Weight), source)));
        string bias = builder.Constant(store.Put<float>(
            joined + "/bias", OnnxTypes.Float, [sizes.Sum()], Values(group.Select(p => p.Bias), source)));
        builder.Add("Gemm", joined + "/Gemm", [input, weight, bias], joined).Attribute.Add(FormBuilder.Number("transB", 1));
        string axes = builder.Constant(store.Put<long>("farthing/axes", OnnxTypes.Int64, [2], [2L, 3L]));
        builder.Add("Unsqueeze", joined + "/Unsqueeze", [joined, axes], joined + "/wide");
        string parts = builder.Constant(store.Put<long>(joined + "/sizes", OnnxTypes.Int64, [sizes.Length], sizes));
        var split = builder.Add("Split", joined + "/Split", [joined + "/wide", parts], group[0].Second.Output[0]);
        split.Output.AddRange(group.Skip(1).Select(p => p.Second.Output[0]));
        split.Attribute.Add(FormBuilder.Number("axis", 1));
    }

    private static float[] Values(IEnumerable<TensorProto> tensors, SourceTensors source)
    {
        var all = tensors.ToList();
        float[] values = new float[all.Sum(ExternalRange.Elements)];
        int start = 0;
        foreach (var tensor in all)
        {
            int count = (int)ExternalRange.Elements(tensor);
            source.Read(tensor, values.AsSpan(start, count));
            start += count;
        }

        return values;
    }

    private static Projection? Match(NodeProto gemm, GraphIndex index)
    {
        if (gemm.OpType != "Gemm" || gemm.Input.Count < 3 || !IsPlain(gemm)
            || index.Initializer(gemm.Input[1]) is not { DataType: OnnxTypes.Float } weight
            || index.Initializer(gemm.Input[2]) is not { DataType: OnnxTypes.Float } bias
            || weight.Dims.Count != 2 || !bias.Dims.SequenceEqual([weight.Dims[0]])
            || index.OnlyConsumer(gemm.Output[0]) is not { OpType: "Unsqueeze" } first || Axis(first, index) != "2"
            || index.OnlyConsumer(first.Output[0]) is not { OpType: "Unsqueeze" } second || Axis(second, index) != "3")
        {
            return null;
        }

        return new Projection(gemm, first, second, weight, bias);
    }

    private static bool IsPlain(NodeProto gemm) => gemm.Attribute.All(a => a.Name switch
    {
        "alpha" or "beta" => a.F == 1,
        "transA" => a.I == 0,
        "transB" => a.I == 1,
        _ => false,
    }) && gemm.Attribute.Any(a => a.Name == "transB");

    /// <summary>The axes of an Unsqueeze, written out; null where they are not constant.</summary>
    private static string? Axis(NodeProto unsqueeze, GraphIndex index)
    {
        if (unsqueeze.Input.Count < 2 || index.Integers(unsqueeze.Input[1]) is not { } axes)
        {
            return null;
        }

        return string.Join(',', axes.Select(a => a.ToString(CultureInfo.InvariantCulture)));
    }
}
