using System.Buffers;
using System.Globalization;
using System.Runtime.InteropServices;
using Farthing.Diffusion.Graphs;
using Farthing.Diffusion.Graphs.Onnx;
using Google.Protobuf;

namespace Farthing.Diffusion.Quantization;

/// <summary>
/// Takes the tensors of a new model: large ones go straight to a data file that all graphs of the folder share,
/// small ones (and all of a small model) into the graph.
/// </summary>
/// <param name="path">The data file; null keeps every tensor in the graph.</param>
internal sealed class TensorStore(string? path) : IDisposable
{
    /// <summary>Models whose weights have more bytes than this get a data file, whether the source has one or not.</summary>
    public const long InlineUpTo = 1L << 30;

    /// <summary>Tensors smaller than this stay in the graph, where reading them costs no page of their own.</summary>
    private const int LeastOutside = 1 << 16;

    /// <summary>ONNX Runtime maps data files; a mapping begins at a multiple of the largest page size in use.</summary>
    private const long Alignment = 1 << 16;

    private const int Chunk = 1 << 22;

    private readonly FileStream? _file = path is null ? null : File.Create(path);
    private readonly HashSet<string> _own = new(StringComparer.Ordinal);
    private readonly Dictionary<string, TensorProto> _copied = new(StringComparer.Ordinal);

    /// <summary>Bytes in the data file.</summary>
    public long Bytes => _file?.Length ?? 0;

    /// <summary>Whether a graph's tensors belong in a data file.</summary>
    public static bool Outside(GraphProto graph) =>
        graph.Initializer.Any(t => t.DataLocation == ExternalRange.External)
        || graph.Initializer.Sum(t => ExternalRange.Elements(t) * OnnxTypes.Bytes(t.DataType)) > InlineUpTo;

    /// <summary>Makes an initializer of these values.</summary>
    public TensorProto Put<T>(string name, int type, IEnumerable<long> dims, ReadOnlySpan<T> values)
        where T : unmanaged
    {
        _own.Add(name);
        var tensor = new TensorProto { Name = name, DataType = type, Dims = { dims } };
        var bytes = MemoryMarshal.AsBytes(values);
        if (_file is null || bytes.Length < LeastOutside)
        {
            tensor.RawData = ByteString.CopyFrom(bytes);
            return tensor;
        }

        Place(tensor, bytes.Length);
        _file.Write(bytes);
        return tensor;
    }

    /// <summary>
    /// Takes an initializer over: one that this store made is given back as it is, a source's is copied, once, however many
    /// graphs ask for it.
    /// </summary>
    public TensorProto Take(TensorProto source, SourceTensors tensors)
    {
        if (_own.Contains(source.Name))
        {
            return source;
        }

        if (source.DataLocation != ExternalRange.External && (_file is null || source.RawData.Length < LeastOutside))
        {
            return source;
        }

        if (_copied.TryGetValue(source.Name, out var tensor))
        {
            return tensor;
        }

        tensor = new TensorProto { Name = source.Name, DataType = source.DataType, Dims = { source.Dims } };
        long length = ExternalRange.Of(source)?.Length ?? source.RawData.Length;
        byte[] buffer = ArrayPool<byte>.Shared.Rent((int)Math.Min(Chunk, length));
        if (_file is null || length < LeastOutside)
        {
            tensors.ReadBytes(source, 0, buffer.AsSpan(0, (int)length));
            tensor.RawData = ByteString.CopyFrom(buffer.AsSpan(0, (int)length));
        }
        else
        {
            Place(tensor, length);
            for (long done = 0; done < length;)
            {
                var part = buffer.AsSpan(0, (int)Math.Min(Chunk, length - done));
                tensors.ReadBytes(source, done, part);
                _file.Write(part);
                done += part.Length;
            }
        }

        ArrayPool<byte>.Shared.Return(buffer);
        return _copied[source.Name] = tensor;
    }

    public void Dispose() => _file?.Dispose();

    private void Place(TensorProto tensor, long length)
    {
        long offset = (_file!.Length + Alignment - 1) / Alignment * Alignment;
        _file.Position = offset;
        tensor.DataLocation = ExternalRange.External;
        Add("location", Path.GetFileName(path!));
        Add("offset", offset.ToString(CultureInfo.InvariantCulture));
        Add("length", length.ToString(CultureInfo.InvariantCulture));

        void Add(string key, string value) => tensor.ExternalData.Add(new StringStringEntryProto { Key = key, Value = value });
    }
}
