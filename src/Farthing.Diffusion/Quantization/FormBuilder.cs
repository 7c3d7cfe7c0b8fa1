using System.Runtime.InteropServices;
using Farthing.Diffusion.Graphs;
using Farthing.Diffusion.Graphs.Onnx;
using Google.Protobuf;

namespace Farthing.Diffusion.Quantization;

/// <summary>A graph that is being rewritten: its new nodes, in order, and the constants that they need.</summary>
internal sealed class FormBuilder(GraphProto graph)
{
    private readonly List<NodeProto> _nodes = new(graph.Node.Count * 2);
    private readonly HashSet<string> _names = graph.Initializer.Select(t => t.Name).ToHashSet(StringComparer.Ordinal);

    /// <summary>Takes over a node as it is.</summary>
    public void Keep(NodeProto node) => _nodes.Add(node);

    /// <summary>Adds a node.</summary>
    public NodeProto Add(string type, string name, string[] inputs, string output, string domain = "")
    {
        var node = new NodeProto { OpType = type, Name = name, Input = { inputs }, Output = { output } };
        if (domain.Length > 0)
        {
            node.Domain = domain;
        }

        _nodes.Add(node);
        return node;
    }

    /// <summary>An initializer, added once; gives its name.</summary>
    public string Constant(TensorProto tensor)
    {
        if (_names.Add(tensor.Name))
        {
            graph.Initializer.Add(tensor);
        }

        return tensor.Name;
    }

    /// <summary>A scalar.</summary>
    public string Scalar<T>(string name, int type, T value)
        where T : unmanaged => Constant(new TensorProto
        {
            Name = name,
            DataType = type,
            RawData = ByteString.CopyFrom(MemoryMarshal.AsBytes(new ReadOnlySpan<T>(ref value))),
        });

    /// <summary>Puts the new nodes in the place of the old and drops what is not needed any more.</summary>
    public void Finish()
    {
        graph.Node.Clear();
        graph.Node.AddRange(_nodes);
        GraphNodes.RemoveUnused(graph);
    }

    /// <summary>An integer attribute.</summary>
    public static AttributeProto Number(string name, long value) => new() { Name = name, I = value, Type = 2 };
}
