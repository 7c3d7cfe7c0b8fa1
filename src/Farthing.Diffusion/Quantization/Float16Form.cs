using System.Runtime.InteropServices;
using Farthing.Diffusion.Graphs;
using Farthing.Diffusion.Graphs.Onnx;
using Google.Protobuf;

namespace Farthing.Diffusion.Quantization;

/// <summary>Turns a float graph's types to half precision, with a Cast wherever the precision changes.</summary>
internal sealed class Float16Form
{
    /// <summary>Operators whose inputs from this one on are always FLOAT: the region and the scales of a Resize.</summary>
    private static readonly Dictionary<string, int> FloatInputs = new(StringComparer.Ordinal) { ["Resize"] = 1, ["Upsample"] = 1 };

    private readonly GraphProto _graph;
    private readonly ElementTypes _types;
    private readonly GraphIndex _index;
    private readonly FormBuilder _builder;
    private readonly HashSet<string> _half = new(StringComparer.Ordinal);
    private readonly HashSet<string> _cast = new(StringComparer.Ordinal);
    private readonly HashSet<string> _halfInitializers = new(StringComparer.Ordinal);
    private readonly List<LeftOut> _kept = [];

    private Float16Form(GraphProto graph)
    {
        _graph = graph;
        _types = new ElementTypes(graph);
        _index = new GraphIndex(graph);
        _builder = new FormBuilder(graph);
    }

    /// <summary>Nodes that compute in half precision.</summary>
    public int HalfNodes { get; private set; }

    /// <summary>Nodes that still compute in single precision.</summary>
    public IReadOnlyList<LeftOut> Kept => _kept;

    /// <summary>Initializers whose values have yet to be converted.</summary>
    public IReadOnlySet<string> HalfInitializers => _halfInitializers;

    /// <summary>Rewrites a graph in place, all but the values of its initializers.</summary>
    public static Float16Form Rewrite(GraphProto graph)
    {
        var form = new Float16Form(graph);
        var single = form.SinglePrecision();
        form.ChooseInitializers(single);
        foreach (var node in graph.Node)
        {
            form.Rewrite(node, single.GetValueOrDefault(node.Output[0]));
        }

        form.KeepOutputs();
        form._builder.Finish();
        graph.ValueInfo.Clear();
        return form;
    }

    /// <summary>Why a node stays in single precision, by its first output.</summary>
    private Dictionary<string, string> SinglePrecision()
    {
        var reasons = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var node in _graph.Node)
        {
            if (node.OpType is "InstanceNormalization" or "GroupNormalization" or "ReduceSumSquare" or "ReduceL2")
            {
                reasons[node.Output[0]] = "a norm's statistics";
            }
            else if (node.OpType is "If" or "Loop")
            {
                reasons[node.Output[0]] = "it has a body of its own";
            }
        }

        var open = new Stack<NodeProto>(_graph.Node.Where(n => n.OpType is "Sin" or "Cos"));
        while (open.TryPop(out var node))
        {
            if (IsFloat(node.Output[0]) && reasons.TryAdd(node.Output[0], "it leads to a time embedding's sines"))
            {
                foreach (var before in node.Input.Select(_index.Producer).OfType<NodeProto>())
                {
                    open.Push(before);
                }
            }
        }

        return reasons;
    }

    /// <summary>An initializer is converted when some node reads it in half precision, unless another reads it in single.</summary>
    private void ChooseInitializers(Dictionary<string, string> single)
    {
        foreach (var tensor in _graph.Initializer.Where(t => t.DataType == OnnxTypes.Float))
        {
            var readers = _index.Consumers(tensor.Name);
            if (readers.Count > 0 && readers.All(n => !single.ContainsKey(n.Output[0]) && Takes(n, tensor.Name)))
            {
                _halfInitializers.Add(tensor.Name);
                _half.Add(tensor.Name);
            }
        }
    }

    private void Rewrite(NodeProto node, string? reason)
    {
        bool half = reason is null;
        int singleFrom = FloatInputs.GetValueOrDefault(node.OpType, int.MaxValue);
        for (int i = 0; i < node.Input.Count && node.OpType is not ("Shape" or "Size"); i++)
        {
            if (IsFloat(node.Input[i]))
            {
                node.Input[i] = half && i < singleFrom ? InHalf(node.Input[i]) : InSingle(node.Input[i]);
            }
        }

        _builder.Keep(node);
        if (node.Output.Any(IsFloat))
        {
            if (half)
            {
                Retype(node);
                HalfNodes++;
                _half.UnionWith(node.Output.Where(IsFloat));
            }
            else
            {
                _kept.Add(new LeftOut(GraphIndex.NameOf(node), reason!));
            }
        }
    }

    /// <summary>The outputs of the graph keep their names and types.</summary>
    private void KeepOutputs()
    {
        foreach (var output in _graph.Output.Where(o => _half.Contains(o.Name)))
        {
            string half = output.Name + "/half";
            var producer = _index.Producer(output.Name)!;
            producer.Output[producer.Output.IndexOf(output.Name)] = half;
            foreach (var reader in _index.Consumers(output.Name))
            {
                Rename(reader, output.Name, half);
            }

            AddCast(half, output.Name, OnnxTypes.Float);
        }
    }

    private string InHalf(string tensor)
    {
        if (_half.Contains(tensor))
        {
            return tensor;
        }

        return Cast(tensor, tensor + "/to_half", OnnxTypes.Float16);
    }

    private string InSingle(string tensor) =>
        _half.Contains(tensor) ? Cast(tensor, tensor + "/to_single", OnnxTypes.Float) : tensor;

    private string Cast(string tensor, string output, int type)
    {
        if (_cast.Add(output))
        {
            AddCast(tensor, output, type);
        }

        return output;
    }

    private void AddCast(string tensor, string output, int type) =>
        _builder.Add("Cast", output + "/Cast", [tensor], output).Attribute.Add(FormBuilder.Number("to", type));

    private bool IsFloat(string tensor) => _types.Of(tensor) == OnnxTypes.Float;

    private static bool Takes(NodeProto node, string tensor) =>
        node.Input.IndexOf(tensor) < FloatInputs.GetValueOrDefault(node.OpType, int.MaxValue);

    private static void Rename(NodeProto node, string from, string to)
    {
        for (int i = 0; i < node.Input.Count; i++)
        {
            node.Input[i] = node.Input[i] == from ? to : node.Input[i];
        }
    }

    /// <summary>Gives a node that says the type of its output half precision instead.</summary>
    private static void Retype(NodeProto node)
    {
        foreach (var attribute in node.Attribute)
        {
            if (attribute.Name == "to" && attribute.I == OnnxTypes.Float)
            {
                attribute.I = OnnxTypes.Float16;
            }
            else if (attribute.T is { DataType: OnnxTypes.Float } tensor)
            {
                attribute.T = Half(tensor);
            }
            else if (attribute.Name == "value_float")
            {
                attribute.Name = "value";
                attribute.Type = 4;
                attribute.T = Half(new TensorProto { DataType = OnnxTypes.Float, FloatData = { attribute.F } });
                attribute.ClearF();
            }
            else if (attribute.Name == "value_floats")
            {
                attribute.Name = "value";
                attribute.Type = 4;
                attribute.T = Half(new TensorProto { DataType = OnnxTypes.Float, Dims = { attribute.Floats.Count }, FloatData = { attribute.Floats } });
                attribute.Floats.Clear();
            }
        }
    }

    private static TensorProto Half(TensorProto tensor)
    {
        float[] values = new float[ExternalRange.Elements(tensor)];
        if (tensor.RawData.IsEmpty)
        {
            tensor.FloatData.CopyTo(values, 0);
        }
        else
        {
            tensor.RawData.Span[..(values.Length * sizeof(float))].CopyTo(MemoryMarshal.AsBytes(values.AsSpan()));
        }

        var half = new Half[values.Length];
        Float16Writer.ToHalf(values, half);
        return new TensorProto
        {
            Name = tensor.Name,
            DataType = OnnxTypes.Float16,
            Dims = { tensor.Dims },
            RawData = ByteString.CopyFrom(MemoryMarshal.AsBytes<Half>(half)),
        };
    }
}
