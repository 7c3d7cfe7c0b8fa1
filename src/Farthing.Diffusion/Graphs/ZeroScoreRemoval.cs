using Farthing.Diffusion.Graphs.Onnx;

namespace Farthing.Diffusion.Graphs;

/// <summary>
/// Removes the tensor of zeros that an exported <c>baddbmm</c> adds to every attention score:
/// Softmax(Add(scores, Mul(ConstantOfShape(0), 0))) becomes Softmax(scores). Exact; ONNX Runtime does not do it,
/// and at 128×128 latents the zeros are as large as the scores.
/// </summary>
internal static class ZeroScoreRemoval
{
    /// <summary>Rewrites <paramref name="graph"/> in place and gives the number of additions removed.</summary>
    public static int Apply(GraphProto graph)
    {
        var producers = GraphNodes.Producers(graph);
        var softmaxInputs = graph.Node.Where(n => n.OpType == "Softmax")
            .Select(n => Uncast(n.Input[0], producers))
            .ToHashSet(StringComparer.Ordinal);
        var renamed = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var add in graph.Node)
        {
            if (add.OpType == "Add" && softmaxInputs.Contains(add.Output[0]) && Scores(add, producers) is { } scores)
            {
                renamed[add.Output[0]] = scores;
            }
        }

        foreach (var node in graph.Node)
        {
            for (int i = 0; i < node.Input.Count; i++)
            {
                node.Input[i] = renamed.GetValueOrDefault(node.Input[i], node.Input[i]);
            }
        }

        GraphNodes.RemoveUnused(graph);
        return renamed.Count;
    }

    /// <summary>The other operand of an Add of zeros to something of a MatMul's shape.</summary>
    private static string? Scores(NodeProto add, Dictionary<string, NodeProto> producers)
    {
        for (int side = 0; side < 2; side++)
        {
            string scores = add.Input[1 - side];
            if (IsZeros(add.Input[side], producers) && ComesFromMatMul(scores, producers))
            {
                return scores;
            }
        }

        return null;
    }

    private static bool IsZeros(string name, Dictionary<string, NodeProto> producers)
    {
        if (!producers.TryGetValue(name, out var node))
        {
            return false;
        }

        return node.OpType switch
        {
            "ConstantOfShape" => node.Attribute.All(a => a.Name != "value" || IsAllZero(a.T)),
            "Mul" => node.Input.Any(i => IsZeros(i, producers)),
            _ => false,
        };
    }

    private static bool ComesFromMatMul(string name, Dictionary<string, NodeProto> producers) =>
        producers.TryGetValue(name, out var node) && (node.OpType == "MatMul"
            || (node.OpType is "Mul" or "Div" && node.Input.Any(i => ComesFromMatMul(i, producers))));

    private static string Uncast(string name, Dictionary<string, NodeProto> producers) =>
        producers.TryGetValue(name, out var node) && node.OpType == "Cast" ? node.Input[0] : name;

    private static bool IsAllZero(TensorProto? tensor) =>
        tensor is null || (tensor.RawData.Span.IndexOfAnyExcept((byte)0) < 0
            && tensor.FloatData.All(v => v == 0) && tensor.Int32Data.All(v => v == 0));
}
