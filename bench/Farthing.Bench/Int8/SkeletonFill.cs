using System.Buffers.Binary;
using System.Runtime.InteropServices;
using Farthing.Diffusion.Graphs.Onnx;

namespace Farthing.Bench.Int8;

/// <summary>Fills the SDXL skeleton's weights.bin by the rule in models/sdxl-unet-skeleton/MODEL.md.</summary>
internal static class SkeletonFill
{
    private const ulong Golden = 0x9E3779B97F4A7C15;
    private const int BlockWords = 1 << 20;

    /// <summary>A tensor outside the graph: its number among those, its place, and what fills it.</summary>
    /// <param name="Tensor">The initializer.</param>
    /// <param name="Ordinal">Its number.</param>
    /// <param name="Offset">First byte in the file.</param>
    /// <param name="Elements">Floats.</param>
    /// <param name="FanIn">Inputs of an output for uniform values; 0 for a constant.</param>
    /// <param name="Constant">The constant.</param>
    internal sealed record Entry(TensorProto Tensor, int Ordinal, long Offset, long Elements, long FanIn, float Constant);

    /// <summary>The tensors of the file, in its order.</summary>
    public static IReadOnlyList<Entry> Entries(GraphProto graph)
    {
        var readers = new Dictionary<string, (NodeProto Node, int Slot)>(StringComparer.Ordinal);
        foreach (var node in graph.Node)
        {
            for (int slot = 0; slot < node.Input.Count; slot++)
            {
                readers.TryAdd(node.Input[slot], (node, slot));
            }
        }

        return [.. graph.Initializer.Where(t => t.ExternalData.Count > 0).Select((tensor, ordinal) =>
        {
            long offset = long.Parse(tensor.ExternalData.First(e => e.Key == "offset").Value, System.Globalization.CultureInfo.InvariantCulture);
            long elements = tensor.Dims.Aggregate(1L, (a, b) => a * b);
            var (fanIn, constant) = Kind(readers[tensor.Name].Node, readers[tensor.Name].Slot, [.. tensor.Dims]);
            return new Entry(tensor, ordinal, offset, elements, fanIn, constant);
        })];
    }

    /// <summary>Writes the file, 10.3 GB.</summary>
    public static void Write(GraphProto graph, string path)
    {
        var entries = Entries(graph);
        using var file = File.OpenHandle(path, FileMode.Create, FileAccess.Write);
        RandomAccess.SetLength(file, entries.Max(e => (e.Offset + 4 * e.Elements + 65535) / 65536 * 65536));
        Parallel.ForEach(entries, new ParallelOptions { MaxDegreeOfParallelism = Environment.ProcessorCount }, entry =>
        {
            float[] block = new float[4 * BlockWords];
            for (long start = 0; start < entry.Elements; start += block.Length)
            {
                int count = (int)Math.Min(block.Length, entry.Elements - start);
                Values(entry, start, block.AsSpan(0, count));
                RandomAccess.Write(file, MemoryMarshal.AsBytes(block.AsSpan(0, count)), entry.Offset + 4 * start);
            }
        });
    }

    /// <summary>Whether a file has the right length and, where it is looked at, the right values: the first of each tensor.</summary>
    public static bool IsFilled(GraphProto graph, string path)
    {
        if (!File.Exists(path))
        {
            return false;
        }

        using var file = File.OpenHandle(path);
        Span<byte> bytes = stackalloc byte[4];
        Span<float> expected = stackalloc float[1];
        foreach (var entry in Entries(graph))
        {
            long last = entry.Elements - 1;
            Values(entry, last, expected);
            if (RandomAccess.Read(file, bytes, entry.Offset + 4 * last) != 4 || BinaryPrimitives.ReadSingleLittleEndian(bytes) != expected[0])
            {
                return false;
            }
        }

        return true;
    }

    /// <summary>Values of a tensor from element <paramref name="start"/> on.</summary>
    public static void Values(Entry entry, long start, Span<float> values)
    {
        if (entry.FanIn == 0)
        {
            values.Fill(entry.Constant);
            return;
        }

        float step = (float)(Math.Sqrt(3.0 / entry.FanIn) / 32768.0);
        ulong seed = (ulong)(entry.Ordinal + 1) << 32;
        for (int i = 0; i < values.Length; i++)
        {
            long element = start + i;
            ulong z = Word(seed, (ulong)(element / 4));
            uint lane = (uint)(z >> (16 * (int)(element % 4))) & 0xFFFF;
            values[i] = (lane - 32767.5f) * step;
            while (element % 4 != 3 && i + 1 < values.Length)
            {
                element++;
                i++;
                values[i] = (((uint)(z >> (16 * (int)(element % 4))) & 0xFFFF) - 32767.5f) * step;
            }
        }
    }

    /// <summary>SplitMix64.</summary>
    private static ulong Word(ulong seed, ulong index)
    {
        ulong z = seed + (index + 1) * Golden;
        z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9;
        z = (z ^ (z >> 27)) * 0x94D049BB133111EB;
        return z ^ (z >> 31);
    }

    private static (long FanIn, float Constant) Kind(NodeProto node, int slot, long[] dims) => (node.OpType, slot) switch
    {
        ("Conv", 1) => (dims[1] * dims[2] * dims[3], 0),
        ("Gemm", 1) => (node.Attribute.Any(a => a.Name == "transB" && a.I == 1) ? dims[1] : dims[0], 0),
        ("MatMul", 1) => (dims[0], 0),
        ("Mul", _) or ("LayerNormalization", 1) => (0, 1),
        ("Add", _) or ("LayerNormalization", 2) or ("Conv", 2) or ("Gemm", 2) => (0, 0),
        _ => throw new InvalidDataException($"{node.Name} reads an initializer as input {slot}, which the rule does not know."),
    };
}
