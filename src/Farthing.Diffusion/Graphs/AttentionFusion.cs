using Farthing.Diffusion.Graphs.Onnx;

namespace Farthing.Diffusion.Graphs;

/// <summary>
/// Replaces attention as exporters write it (heads split by Reshape and Transpose, q·kᵀ, a factor, Softmax, ·v, heads merged) by
/// ONNX Runtime's <c>com.microsoft.MultiHeadAttention</c>: the same to rounding, far fewer nodes, and no tensor of scores.
/// What is not recognised whole stays as it is.
/// </summary>
internal static class AttentionFusion
{
    /// <summary>The domain of ONNX Runtime's own operators.</summary>
    public const string Domain = "com.microsoft";

    /// <summary>Rewrites in place, additions of zeros to scores among it, and gives the number of attentions.</summary>
    public static int Apply(ModelProto model)
    {
        ZeroScoreRemoval.Apply(model.Graph);
        int count = Apply(model.Graph);
        if (count > 0)
        {
            OnnxFile.Import(model, Domain);
        }

        return count;
    }

    private static int Apply(GraphProto graph)
    {
        var matcher = new AttentionMatcher(graph);
        var fused = new Dictionary<NodeProto, NodeProto>(ReferenceEqualityComparer.Instance);
        foreach (var softmax in graph.Node.Where(n => n.OpType == "Softmax"))
        {
            if (matcher.Match(softmax) is { } match)
            {
                fused[match.Merge] = Node(match);
            }
        }

        // The fused node stands where the heads were merged: by then query, key and value are made.
        GraphNodes.Replace(graph, fused);
        return fused.Count;
    }

    private static NodeProto Node(AttentionMatcher.Attention match)
    {
        var node = new NodeProto { OpType = "MultiHeadAttention", Domain = Domain, Name = $"{match.Merge.Name}/MultiHeadAttention" };
        node.Input.AddRange([match.Query, match.Key, match.Value]);
        node.Output.Add(match.Merge.Output[0]);
        node.Attribute.Add(new AttributeProto { Name = "num_heads", Type = 2, I = match.Heads });
        node.Attribute.Add(new AttributeProto { Name = "scale", Type = 1, F = (float)match.Scale });
        return node;
    }
}
