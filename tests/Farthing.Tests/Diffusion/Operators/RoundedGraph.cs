using System.Runtime.InteropServices;
using Farthing.Diffusion.Graphs.Onnx;
using Farthing.Diffusion.Operators;
using Google.Protobuf;
using Microsoft.ML.OnnxRuntime;

namespace Farthing.Tests.Diffusion.Operators;

/// <summary>Graphs that end in a QuantizeLinear, for the operators that give bytes themselves.</summary>
internal static class RoundedGraph
{
    /// <summary>Puts a QuantizeLinear behind a graph's first output, which only it reads then.</summary>
    public static void Round(ModelProto model, float scale, byte zero)
    {
        string output = model.Graph.Output[0].Name;
        model.Graph.Initializer.Add(Float("grid/scale", [], scale));
        model.Graph.Initializer.Add(new TensorProto { Name = "grid/zero", DataType = 2, RawData = ByteString.CopyFrom(zero) });
        model.Graph.Node.Add(Node("QuantizeLinear", [output, "grid/scale", "grid/zero"], output + "/u8"));
        model.Graph.Output[0] = new ValueInfoProto { Name = output + "/u8", Type = Type(2) };
    }

    /// <summary>Runs a graph and gives the bytes of its first output.</summary>
    public static byte[] Bytes(ModelProto model, IReadOnlyDictionary<string, (float[] Values, long[] Sizes)> inputs, int threads = 2)
    {
        using var results = Run(model, inputs, threads);
        return results[0].GetTensorDataAsSpan<byte>().ToArray();
    }

    /// <summary>Runs a graph and gives all outputs; the first are bytes.</summary>
    public static IDisposableReadOnlyCollection<OrtValue> Run(ModelProto model, IReadOnlyDictionary<string, (float[] Values, long[] Sizes)> inputs, int threads)
    {
        using var options = new SessionOptions { LogSeverityLevel = OrtLoggingLevel.ORT_LOGGING_LEVEL_FATAL, IntraOpNumThreads = threads };
        OperatorDomain.RegisterWhereUsed(model, options);
        using var session = new InferenceSession(model.ToByteArray(), options);
        var values = inputs.ToDictionary(p => p.Key, p => OrtValue.CreateTensorValueFromMemory(p.Value.Values, p.Value.Sizes));
        using var run = new RunOptions();
        var results = session.Run(run, values, [.. model.Graph.Output.Select(o => o.Name)]);
        foreach (var value in values.Values)
        {
            value.Dispose();
        }

        return results;
    }

    /// <summary>Asserts that bytes are those of the float operators: a value that lies between two levels may take either.</summary>
    public static void AssertSame(byte[] expected, byte[] actual, int levels = 1, double share = 0.01)
    {
        Assert.Equal(expected.Length, actual.Length);
        var differences = expected.Zip(actual, (a, b) => Math.Abs(a - b)).ToList();
        Assert.InRange(differences.Max(), 0, levels);
        Assert.InRange(differences.Count(d => d > 0), 0, Math.Max(1, share * expected.Length));
        Assert.True(expected.Length < 8 || expected.Distinct().Count() > 1);
    }

    public static NodeProto Node(string type, string[] inputs, string output, string domain = "") =>
        new() { OpType = type, Name = output, Domain = domain, Input = { inputs }, Output = { output } };

    public static TensorProto Float(string name, long[] sizes, params ReadOnlySpan<float> values) =>
        new() { Name = name, DataType = 1, Dims = { sizes }, RawData = ByteString.CopyFrom(MemoryMarshal.AsBytes(values)) };

    public static TypeProto Type(int element) => new() { TensorType = new TypeProto.Types.TensorType { ElemType = element } };
}
