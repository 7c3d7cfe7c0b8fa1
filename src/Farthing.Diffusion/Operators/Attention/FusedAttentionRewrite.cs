using Farthing.Diffusion.Graphs;
using Farthing.Diffusion.Graphs.Onnx;

namespace Farthing.Diffusion.Operators.Attention;

/// <summary>Puts <see cref="FusedAttention"/> where a graph has ONNX Runtime's MultiHeadAttention of a query, a key and a value.</summary>
internal static class FusedAttentionRewrite
{
    /// <summary>Rewrites in place and gives the number of nodes; 0 on a processor without the instructions.</summary>
    public static int Apply(ModelProto model)
    {
        if (!FusedAttention.IsSupported)
        {
            return 0;
        }

        int count = 0;
        foreach (var node in model.Graph.Node.Where(IsPlain))
        {
            (node.OpType, node.Domain) = ("FusedAttention", OperatorDomain.Name);
            count++;
        }

        if (count > 0)
        {
            OperatorDomain.Import(model);
        }

        return count;
    }

    /// <summary>Without bias, mask or past, and with one output.</summary>
    private static bool IsPlain(NodeProto node) =>
        node is { OpType: "MultiHeadAttention", Domain: AttentionFusion.Domain, Output.Count: 1 }
        && node.Input.Take(3).Count(input => input.Length > 0) == 3
        && node.Input.Skip(3).All(input => input.Length == 0)
        && node.Attribute.All(a => a.Name is "num_heads" or "scale" || (a.Name == "unidirectional" && a.I == 0));
}
