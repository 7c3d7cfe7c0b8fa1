using System.Buffers.Binary;
using System.Runtime.InteropServices;
using System.Text.Json;

namespace Farthing.Tests.Goldens;

/// <summary>
/// Reads a safetensors file: an 8-byte little-endian header length, a JSON header
/// (dtype, shape, data_offsets), then row-major little-endian values.
/// </summary>
internal sealed class SafetensorsFile
{
    private readonly byte[] _file;
    private readonly int _dataStart;
    private readonly Dictionary<string, JsonElement> _entries;

    private SafetensorsFile(byte[] file)
    {
        _file = file;
        int headerLength = checked((int)BinaryPrimitives.ReadInt64LittleEndian(file));
        _dataStart = 8 + headerLength;
        using var header = JsonDocument.Parse(file.AsMemory(8, headerLength));
        _entries = header.RootElement.EnumerateObject()
            .Where(p => p.Name != "__metadata__")
            .ToDictionary(p => p.Name, p => p.Value.Clone());
    }

    public IReadOnlyCollection<string> Names => _entries.Keys;

    public static SafetensorsFile Open(string path) => new(File.ReadAllBytes(path));

    public bool Contains(string name) => _entries.ContainsKey(name);

    public int[] Shape(string name) =>
        [.. _entries[name].GetProperty("shape").EnumerateArray().Select(d => d.GetInt32())];

    public string DType(string name) => _entries[name].GetProperty("dtype").GetString()!;

    /// <summary>A tensor's values; <typeparamref name="T"/> must be as wide as the stored type.</summary>
    public T[] Values<T>(string name)
        where T : unmanaged
    {
        var offsets = _entries[name].GetProperty("data_offsets");
        int from = offsets[0].GetInt32(), to = offsets[1].GetInt32();
        return MemoryMarshal.Cast<byte, T>(_file.AsSpan(_dataStart + from, to - from)).ToArray();
    }
}
