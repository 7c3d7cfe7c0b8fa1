using Farthing.Diffusion.Graphs.Onnx;

namespace Farthing.Diffusion.Graphs;

/// <summary>Questions about a graph's nodes that every rewrite asks.</summary>
internal static class GraphNodes
{
    /// <summary>
    /// Every name that a node reads, those that the bodies of its If, Loop or Scan capture from outside among them.
    /// </summary>
    public static IEnumerable<string> Reads(NodeProto node)
    {
        foreach (string input in node.Input)
        {
            if (input.Length > 0)
            {
                yield return input;
            }
        }

        foreach (var attribute in node.Attribute)
        {
            if (attribute.G is not { } body)
            {
                continue;
            }

            var local = body.Node.SelectMany(n => n.Output)
                .Concat(body.Input.Select(i => i.Name))
                .Concat(body.Initializer.Select(i => i.Name))
                .ToHashSet(StringComparer.Ordinal);
            foreach (string captured in body.Node.SelectMany(Reads).Where(name => !local.Contains(name)))
            {
                yield return captured;
            }
        }
    }

    /// <summary>The node that makes each tensor.</summary>
    public static Dictionary<string, NodeProto> Producers(GraphProto graph)
    {
        var producers = new Dictionary<string, NodeProto>(graph.Node.Count, StringComparer.Ordinal);
        foreach (var node in graph.Node)
        {
            foreach (string output in node.Output)
            {
                producers[output] = node;
            }
        }

        return producers;
    }

    /// <summary>Puts nodes in the places of others, and drops what nothing needs any more.</summary>
    public static void Replace(GraphProto graph, IReadOnlyDictionary<NodeProto, NodeProto> replacements)
    {
        for (int i = 0; i < graph.Node.Count; i++)
        {
            if (replacements.TryGetValue(graph.Node[i], out var node))
            {
                graph.Node[i] = node;
            }
        }

        RemoveUnused(graph);
    }

    /// <summary>
    /// Drops the nodes and initializers that no output needs. Order is kept, so a sorted graph stays sorted.
    /// </summary>
    public static void RemoveUnused(GraphProto graph)
    {
        var producers = Producers(graph);
        var needed = new HashSet<string>(StringComparer.Ordinal);
        var open = new Stack<string>(graph.Output.Select(o => o.Name));
        while (open.TryPop(out string? name))
        {
            if (needed.Add(name) && producers.TryGetValue(name, out var node))
            {
                foreach (string read in Reads(node))
                {
                    open.Push(read);
                }
            }
        }

        Keep(graph.Node, node => node.Output.Any(needed.Contains));
        Keep(graph.Initializer, tensor => needed.Contains(tensor.Name));
        Keep(graph.ValueInfo, info => needed.Contains(info.Name));
    }

    private static void Keep<T>(Google.Protobuf.Collections.RepeatedField<T> field, Func<T, bool> wanted)
    {
        var kept = field.Where(wanted).ToList();
        if (kept.Count < field.Count)
        {
            field.Clear();
            field.AddRange(kept);
        }
    }
}
