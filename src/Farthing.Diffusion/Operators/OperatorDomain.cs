using Farthing.Diffusion.Graphs;
using Farthing.Diffusion.Graphs.Onnx;
using Farthing.Diffusion.Operators.Activations;
using Farthing.Diffusion.Operators.Attention;
using Farthing.Diffusion.Operators.Norms;
using Microsoft.ML.OnnxRuntime;

namespace Farthing.Diffusion.Operators;

/// <summary>
/// Farthing's own operators, written in C# and registered with ONNX Runtime. They are put into graphs when a session is made and
/// never stored in a file: a model directory stays a model for any runtime.
/// </summary>
internal static unsafe class OperatorDomain
{
    public const string Name = "farthing";

    private static readonly Lazy<nint> Domain = new(Create);

    private static readonly FusedOperator[] Operators =
    [
        new FusedAttention(rounds: false), new FusedAttention(rounds: true),
        new FusedGeglu(rounds: false), new FusedGeglu(rounds: true),
        new FusedGroupNorm(rounds: false), new FusedGroupNorm(rounds: true),
        new FusedLayerNorm(adds: false), new FusedLayerNorm(adds: true),
    ];

    /// <summary>Makes the operators known to sessions of these options.</summary>
    public static void Register(SessionOptions options) => OrtNative.AddDomain(options.DangerousGetHandle(), Domain.Value);

    /// <summary>Makes the operators known to a session when its model has some of them.</summary>
    public static void RegisterWhereUsed(ModelProto model, SessionOptions options)
    {
        if (model.OpsetImport.Any(import => import.Domain == Name))
        {
            Register(options);
        }
    }

    /// <summary>Lets a graph use the domain.</summary>
    public static void Import(ModelProto model) => OnnxFile.Import(model, Name);

    /// <summary>Puts a fused node in the place of every pattern that is found, and gives their number.</summary>
    /// <param name="model">Rewritten in place; it may then use the domain.</param>
    /// <param name="anchor">Type of the node that each pattern has.</param>
    /// <param name="match">The last node of the pattern around an anchor and what stands for all of it; null where it does not fit.</param>
    /// <param name="replaced">Nodes whose outputs the fused nodes give besides, known when all anchors were looked at.</param>
    public static int Fuse(
        ModelProto model, string anchor, Func<NodeProto, (NodeProto Last, NodeProto Fused)?> match, IReadOnlySet<NodeProto>? replaced = null)
    {
        var fused = new Dictionary<NodeProto, NodeProto>(ReferenceEqualityComparer.Instance);
        foreach (var node in model.Graph.Node.Where(n => n.OpType == anchor))
        {
            if (match(node) is var (last, replacement))
            {
                fused[last] = replacement;
            }
        }

        // The fused node stands where the last of the old ones stood: by then all its inputs are made.
        if (fused.Count > 0)
        {
            Drop(model.Graph, replaced);
            GraphNodes.Replace(model.Graph, fused);
            Import(model);
        }

        return fused.Count;
    }

    /// <summary>Whether an operator has a second form that rounds its output.</summary>
    public static bool CanRound(string type) => Operators.Any(op => op.Rounds && op.Name == type + FusedOperator.RoundingSuffix);

    private static void Drop(GraphProto graph, IReadOnlySet<NodeProto>? nodes)
    {
        if (nodes is { Count: > 0 })
        {
            var kept = graph.Node.Where(node => !nodes.Contains(node)).ToList();
            graph.Node.Clear();
            graph.Node.AddRange(kept);
        }
    }

    /// <summary>One domain a process, never released: a session may outlive whatever would own it.</summary>
    private static nint Create()
    {
        nint domain = OrtNative.CreateDomain(Name);
        foreach (var op in Operators)
        {
            OrtNative.AddToDomain(domain, NativeOperator.Create(op));
        }

        return domain;
    }
}
