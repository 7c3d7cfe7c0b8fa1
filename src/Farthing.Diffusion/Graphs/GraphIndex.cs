using System.Runtime.InteropServices;
using Farthing.Diffusion.Graphs.Onnx;

namespace Farthing.Diffusion.Graphs;

/// <summary>Who makes and who reads each tensor of a graph, as it was when the index was made.</summary>
internal sealed class GraphIndex
{
    private static readonly List<NodeProto> Nobody = [];
    private readonly Dictionary<string, NodeProto> _producers;
    private readonly Dictionary<string, List<NodeProto>> _consumers = new(StringComparer.Ordinal);
    private readonly Dictionary<string, TensorProto> _initializers = new(StringComparer.Ordinal);
    private readonly HashSet<string> _outputs;

    public GraphIndex(GraphProto graph)
    {
        _producers = GraphNodes.Producers(graph);
        _outputs = graph.Output.Select(o => o.Name).ToHashSet(StringComparer.Ordinal);
        foreach (var tensor in graph.Initializer)
        {
            _initializers[tensor.Name] = tensor;
        }

        foreach (var node in graph.Node)
        {
            foreach (string read in GraphNodes.Reads(node).Distinct(StringComparer.Ordinal))
            {
                if (!_consumers.TryGetValue(read, out var readers))
                {
                    _consumers[read] = readers = [];
                }

                readers.Add(node);
            }
        }
    }

    /// <summary>The node that makes a tensor; null for inputs and initializers.</summary>
    public NodeProto? Producer(string tensor) => _producers.GetValueOrDefault(tensor);

    /// <summary>The nodes that read a tensor, each once.</summary>
    public IReadOnlyList<NodeProto> Consumers(string tensor) => _consumers.GetValueOrDefault(tensor, Nobody);

    /// <summary>The initializer of that name; null where there is none.</summary>
    public TensorProto? Initializer(string tensor) => _initializers.GetValueOrDefault(tensor);

    /// <summary>Whether a tensor is an output of the graph.</summary>
    public bool IsOutput(string tensor) => _outputs.Contains(tensor);

    /// <summary>The value of a Constant node or an initializer; null for what is computed.</summary>
    public TensorProto? ValueOf(string tensor) => Producer(tensor) is { } node
        ? node.OpType == "Constant" ? node.Attribute.FirstOrDefault(a => a.Name == "value")?.T : null
        : Initializer(tensor);

    /// <summary>The numbers of a constant of 64-bit integers that lies in the graph; null where it is none.</summary>
    public long[]? Integers(string tensor) =>
        ValueOf(tensor) is not { DataType: OnnxTypes.Int64, ExternalData.Count: 0 } value ? null
        : value.RawData.IsEmpty ? [.. value.Int64Data]
        : MemoryMarshal.Cast<byte, long>(value.RawData.Span).ToArray();

    /// <summary>The only node that reads a tensor; null where there are several, or it is an output of the graph.</summary>
    public NodeProto? OnlyConsumer(string tensor) =>
        Consumers(tensor) is [var only] && !_outputs.Contains(tensor) ? only : null;

    /// <summary>The name by which reports and recipes know a node.</summary>
    public static string NameOf(NodeProto node) => node.Name.Length > 0 ? node.Name : node.Output[0];

    /// <summary>The initializer behind a name, seen through Identity and a Transpose of a matrix.</summary>
    public (TensorProto Tensor, bool Transposed)? Constant(string name)
    {
        bool transposed = false;
        while (true)
        {
            if (Initializer(name) is { } tensor)
            {
                return (tensor, transposed);
            }

            var node = Producer(name);
            switch (node?.OpType)
            {
                case "Identity":
                    break;
                case "Transpose" when IsMatrixTranspose(node):
                    transposed = !transposed;
                    break;
                default:
                    return null;
            }

            name = node.Input[0];
        }
    }

    private static bool IsMatrixTranspose(NodeProto node)
    {
        var order = node.Attribute.FirstOrDefault(a => a.Name == "perm");
        return order is null || order.Ints.SequenceEqual([1L, 0L]);
    }
}
