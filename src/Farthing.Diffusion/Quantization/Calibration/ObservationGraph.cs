using Farthing.Diffusion.Graphs;
using Farthing.Diffusion.Graphs.Onnx;
using Google.Protobuf;

namespace Farthing.Diffusion.Quantization.Calibration;

/// <summary>
/// Adds outputs to a graph that tell of its tensors: least and greatest value, sum of squares and number of elements of all
/// in one vector each, a sample of the values of each, and least and greatest value of every channel of some.
/// </summary>
/// <remarks>
/// Only summaries leave the graph, so memory is bounded whatever the model's size: a sample holds at most
/// 2 × <see cref="SampleSize"/> values, every n-th of a larger tensor. n is odd, so that it shares no factor with the powers of
/// two that sizes are made of, and all channels are met. The extremes are those of all values.
/// </remarks>
internal static class ObservationGraph
{
    /// <summary>Tensors with fewer than twice as many elements are sampled whole.</summary>
    public const int SampleSize = 1 << 15;

    // AttributeProto.AttributeType.
    private const int AttributeInt = 2;
    private const int AttributeInts = 7;

    public const string Min = "observed/min";
    public const string Max = "observed/max";
    public const string Squares = "observed/squares";
    public const string Elements = "observed/elements";

    /// <summary>The sample of the i-th observed tensor.</summary>
    public static string Sample(int i) => $"observed/sample/{i}";

    /// <summary>The channels' least values of the i-th tensor with observed channels.</summary>
    public static string ChannelMin(int i) => $"observed/channel_min/{i}";

    /// <summary>The channels' greatest values.</summary>
    public static string ChannelMax(int i) => $"observed/channel_max/{i}";

    /// <summary>Adds the outputs.</summary>
    public static void Add(ModelProto model, ObservedTensors observed, bool samples)
    {
        var graph = model.Graph;
        AddInts(graph, "observed/one", 1);
        AddInts(graph, "observed/all", -1);
        AddVector(graph, "ReduceMin", Min, observed.Names);
        AddVector(graph, "ReduceMax", Max, observed.Names);
        AddVector(graph, "ReduceSumSquare", Squares, observed.Names);
        AddVector(graph, "Size", Elements, observed.Names);
        if (samples)
        {
            AddInts(graph, "observed/begin", 0);
            AddInts(graph, "observed/end", long.MaxValue);
            AddInts(graph, "observed/cap", 2 * SampleSize);
            AddInts(graph, "observed/two", 2);
            for (int i = 0; i < observed.Names.Count; i++)
            {
                AddSample(graph, observed.Names[i], i);
            }
        }

        for (int i = 0; i < observed.Channels.Count; i++)
        {
            AddChannels(model, "ReduceMin", observed.Channels[i], ChannelMin(i));
            AddChannels(model, "ReduceMax", observed.Channels[i], ChannelMax(i));
        }
    }

    private static void AddVector(GraphProto graph, string reduction, string output, IReadOnlyList<string> tensors)
    {
        var parts = new List<string>(tensors.Count);
        for (int i = 0; i < tensors.Count; i++)
        {
            string scalar = $"{output}/{i}", row = $"{output}/{i}/row";
            var reduce = Node(graph, reduction, [tensors[i]], scalar);
            if (reduction != "Size")
            {
                reduce.Attribute.Add(Number("keepdims", 0));
            }

            Node(graph, "Reshape", [scalar, "observed/one"], row);
            parts.Add(row);
        }

        Node(graph, "Concat", parts, output).Attribute.Add(Number("axis", 0));
        graph.Output.Add(new ValueInfoProto { Name = output });
    }

    /// <summary>x[0 : : 2·⌊elements / (2·SampleSize)⌋ + 1], of x in one row.</summary>
    private static void AddSample(GraphProto graph, string tensor, int i)
    {
        string name = Sample(i);
        Node(graph, "Reshape", [tensor, "observed/all"], name + "/flat");
        Node(graph, "Shape", [name + "/flat"], name + "/size");
        Node(graph, "Div", [name + "/size", "observed/cap"], name + "/half");
        Node(graph, "Mul", [name + "/half", "observed/two"], name + "/even");
        Node(graph, "Add", [name + "/even", "observed/one"], name + "/step");
        Node(graph, "Slice", [name + "/flat", "observed/begin", "observed/end", "observed/begin", name + "/step"], name);
        graph.Output.Add(new ValueInfoProto { Name = name });
    }

    private static void AddChannels(ModelProto model, string reduction, string tensor, string output)
    {
        const int axesAreInputs = 18;
        var node = Node(model.Graph, reduction, [tensor], output);
        node.Attribute.Add(Number("keepdims", 0));
        if (model.OpsetImport.First(o => o.Domain.Length == 0).Version < axesAreInputs)
        {
            node.Attribute.Add(new AttributeProto { Name = "axes", Type = AttributeInts, Ints = { 0, 1 } });
        }
        else
        {
            AddInts(model.Graph, output + "/axes", 0, 1);
            node.Input.Add(output + "/axes");
        }

        model.Graph.Output.Add(new ValueInfoProto { Name = output });
    }

    private static NodeProto Node(GraphProto graph, string type, IEnumerable<string> inputs, string output)
    {
        var node = new NodeProto { OpType = type, Name = output + "/" + type, Input = { inputs }, Output = { output } };
        graph.Node.Add(node);
        return node;
    }

    private static AttributeProto Number(string name, long value) =>
        new() { Name = name, Type = AttributeInt, I = value };

    private static void AddInts(GraphProto graph, string name, params long[] values)
    {
        byte[] bytes = new byte[values.Length * sizeof(long)];
        Buffer.BlockCopy(values, 0, bytes, 0, bytes.Length);
        graph.Initializer.Add(new TensorProto
        {
            Name = name,
            DataType = OnnxTypes.Int64,
            Dims = { values.Length },
            RawData = ByteString.CopyFrom(bytes),
        });
    }
}
