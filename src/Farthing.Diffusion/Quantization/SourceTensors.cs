using System.Runtime.InteropServices;
using Farthing.Diffusion.Graphs.Onnx;
using Microsoft.Win32.SafeHandles;

namespace Farthing.Diffusion.Quantization;

/// <summary>
/// Reads one initializer at a time, from the graph or from the model's data files. Files are read, not mapped: a mapped
/// page counts as the process's memory.
/// </summary>
internal sealed class SourceTensors(string modelPath) : IDisposable
{
    private readonly string _folder = Path.GetDirectoryName(Path.GetFullPath(modelPath))!;
    private readonly Dictionary<string, SafeFileHandle> _files = new(StringComparer.Ordinal);

    /// <summary>Reads a FLOAT tensor.</summary>
    /// <param name="tensor">The initializer.</param>
    /// <param name="values">As many values as the tensor has elements.</param>
    public void Read(TensorProto tensor, Span<float> values)
    {
        if (tensor.DataLocation != ExternalRange.External && tensor.RawData.IsEmpty)
        {
            Expect(tensor, tensor.FloatData.Count == values.Length);
            for (int i = 0; i < values.Length; i++)
            {
                values[i] = tensor.FloatData[i];
            }

            return;
        }

        ReadBytes(tensor, 0, MemoryMarshal.AsBytes(values));
    }

    /// <summary>Reads a FLOAT tensor into an array of its own.</summary>
    public float[] Read(TensorProto tensor)
    {
        float[] values = new float[ExternalRange.Elements(tensor)];
        Read(tensor, values);
        return values;
    }

    /// <summary>Reads bytes of a tensor that lies in raw data or outside.</summary>
    public void ReadBytes(TensorProto tensor, long start, Span<byte> bytes)
    {
        if (ExternalRange.Of(tensor) is not { } place)
        {
            Expect(tensor, tensor.RawData.Length >= start + bytes.Length);
            tensor.RawData.Span.Slice((int)start, bytes.Length).CopyTo(bytes);
            return;
        }

        if (!_files.TryGetValue(place.Location, out var file))
        {
            _files[place.Location] = file = File.OpenHandle(Path.Combine(_folder, place.Location), options: FileOptions.SequentialScan);
        }

        for (int done = 0; done < bytes.Length;)
        {
            int read = RandomAccess.Read(file, bytes[done..], place.Offset + start + done);
            Expect(tensor, read > 0);
            done += read;
        }
    }

    public void Dispose()
    {
        foreach (var file in _files.Values)
        {
            file.Dispose();
        }
    }

    private static void Expect(TensorProto tensor, bool whole)
    {
        if (!whole)
        {
            throw new QuantizationException($"Tensor '{tensor.Name}' has fewer values than its shape says; copy or export the model again.");
        }
    }
}
