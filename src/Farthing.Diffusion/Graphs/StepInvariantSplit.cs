using Farthing.Diffusion.Graphs.Onnx;

namespace Farthing.Diffusion.Graphs;

/// <summary>
/// Cuts a UNet in two: a prologue with all that depends on the prompt alone (the keys and values of every
/// cross-attention, the embedding of pooled text and time ids), run once a picture, and a body that runs at every step.
/// </summary>
/// <remarks>
/// A tensor is invariant when it depends on graph inputs, and on none of those that change from step to step.
/// Tensors that depend on no input are constants; ONNX Runtime folds them, so each half keeps its own copy of the
/// nodes that make them. The cut changes no value: the same nodes run on the same inputs, only less often.
/// </remarks>
internal static class StepInvariantSplit
{
    /// <summary>The two halves. <see cref="Cut"/> are the names that the prologue gives and the body takes.</summary>
    internal sealed record Halves(ModelProto Prologue, ModelProto Body, IReadOnlyList<string> Cut);

    /// <summary>Splits a model; null where nothing worth running apart is invariant.</summary>
    /// <param name="model">The model; it is left as it is.</param>
    /// <param name="changing">Names of the inputs that differ from step to step.</param>
    public static Halves? Split(ModelProto model, IReadOnlySet<string> changing)
    {
        var graph = model.Graph;
        var kinds = Classify(graph, changing);
        var outputs = graph.Output.Select(o => o.Name).ToHashSet(StringComparer.Ordinal);
        var made = GraphNodes.Producers(graph);
        var bodyNodes = graph.Node.Where(n => KindOf(n, kinds) != Kind.Invariant).ToList();
        var cut = bodyNodes.SelectMany(GraphNodes.Reads).Concat(outputs)
            .Where(name => made.ContainsKey(name) && kinds.GetValueOrDefault(name) == Kind.Invariant)
            .Distinct(StringComparer.Ordinal)
            .ToList();
        if (cut.Count == 0 || outputs.Any(cut.Contains))
        {
            return null;
        }

        return new Halves(Prologue(model, kinds, cut), Body(model, bodyNodes, cut), cut);
    }

    private enum Kind
    {
        Constant,
        Invariant,
        Changing,
    }

    private static Dictionary<string, Kind> Classify(GraphProto graph, IReadOnlySet<string> changing)
    {
        var kinds = graph.Input.ToDictionary(
            i => i.Name,
            i => changing.Contains(i.Name) ? Kind.Changing : Kind.Invariant,
            StringComparer.Ordinal);
        foreach (var node in graph.Node)
        {
            var kind = GraphNodes.Reads(node).Select(name => kinds.GetValueOrDefault(name)).DefaultIfEmpty().Max();
            foreach (string output in node.Output)
            {
                kinds[output] = kind;
            }
        }

        return kinds;
    }

    private static Kind KindOf(NodeProto node, Dictionary<string, Kind> kinds) => kinds[node.Output[0]];

    private static ModelProto Prologue(ModelProto model, Dictionary<string, Kind> kinds, List<string> cut)
    {
        var half = Shell(model);
        half.Graph.Node.AddRange(model.Graph.Node.Where(n => KindOf(n, kinds) != Kind.Changing));
        half.Graph.Output.AddRange(cut.Select(name => new ValueInfoProto { Name = name }));
        half.Graph.Initializer.AddRange(model.Graph.Initializer);
        GraphNodes.RemoveUnused(half.Graph);
        AddReadInputs(model, half);
        return half;
    }

    private static ModelProto Body(ModelProto model, List<NodeProto> nodes, List<string> cut)
    {
        var half = Shell(model);
        half.Graph.Node.AddRange(nodes);
        half.Graph.Output.AddRange(model.Graph.Output);
        half.Graph.Initializer.AddRange(model.Graph.Initializer);
        GraphNodes.RemoveUnused(half.Graph);
        AddReadInputs(model, half);
        half.Graph.Input.AddRange(cut.Select(name => new ValueInfoProto { Name = name }));
        return half;
    }

    private static void AddReadInputs(ModelProto model, ModelProto half)
    {
        var read = half.Graph.Node.SelectMany(GraphNodes.Reads).ToHashSet(StringComparer.Ordinal);
        half.Graph.Input.AddRange(model.Graph.Input.Where(i => read.Contains(i.Name)));
    }

    private static ModelProto Shell(ModelProto model) => new()
    {
        IrVersion = model.IrVersion,
        OpsetImport = { model.OpsetImport },
        Graph = new GraphProto { Name = model.Graph.Name },
    };
}
