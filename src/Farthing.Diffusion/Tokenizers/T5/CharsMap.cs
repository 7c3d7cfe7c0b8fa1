using System.Buffers.Binary;

namespace Farthing.Diffusion.Tokenizers.T5;

/// <summary>
/// SentencePiece's precompiled_charsmap: what text becomes what. The layout is a 32-bit size; a double-array trie of
/// 32-bit units (Darts-clone: bits 0–7 label, 8 has a value, 9 and 10–31 offset; bit 31 marks a value); then
/// zero-terminated UTF-8 texts, which the values point to. All little-endian. Microsoft.ML.Tokenizers keeps its own
/// reader to itself.
/// </summary>
internal sealed class CharsMap
{
    private readonly uint[] _units;
    private readonly byte[] _texts;

    private CharsMap(uint[] units, byte[] texts)
    {
        _units = units;
        _texts = texts;
    }

    /// <summary>Reads the map; false if the sizes in it can't be. No bytes make an empty map.</summary>
    public static bool TryRead(ReadOnlySpan<byte> bytes, out CharsMap map)
    {
        map = new CharsMap([], []);
        if (bytes.IsEmpty)
        {
            return true;
        }

        if (bytes.Length < sizeof(uint))
        {
            return false;
        }

        uint size = BinaryPrimitives.ReadUInt32LittleEndian(bytes);
        if (size > bytes.Length - sizeof(uint) || size % sizeof(uint) != 0)
        {
            return false;
        }

        var units = new uint[size / sizeof(uint)];
        for (int i = 0; i < units.Length; i++)
        {
            units[i] = BinaryPrimitives.ReadUInt32LittleEndian(bytes[(sizeof(uint) * (i + 1))..]);
        }

        map = new CharsMap(units, bytes[(sizeof(uint) + (int)size)..].ToArray());
        return true;
    }

    /// <summary>
    /// The replacement of the shortest beginning of the key that has one; the Rust library takes it for the whole key.
    /// </summary>
    public bool TryReplace(ReadOnlySpan<byte> key, out ReadOnlySpan<byte> replacement)
    {
        replacement = default;
        uint node = 0;
        uint unit = UnitAt(node);
        foreach (byte b in key)
        {
            node ^= OffsetOf(unit) ^ b;
            unit = UnitAt(node);
            if (b == 0 || LabelOf(unit) != b)
            {
                return false;
            }

            if (HasValue(unit))
            {
                uint start = UnitAt(node ^ OffsetOf(unit)) & int.MaxValue;
                if (start >= _texts.Length)
                {
                    return false;
                }

                replacement = _texts.AsSpan((int)start);
                int end = replacement.IndexOf((byte)0);
                replacement = end < 0 ? replacement : replacement[..end];
                return true;
            }
        }

        return false;
    }

    /// <summary>Outside the array there is nothing: a broken map finds no match.</summary>
    private uint UnitAt(uint node) => node < _units.Length ? _units[node] : 0;

    private static bool HasValue(uint unit) => (unit >> 8 & 1) == 1;

    private static uint LabelOf(uint unit) => unit & 0x8000_00FF;

    private static uint OffsetOf(uint unit) => unit >> 10 << (int)((unit & 0x200) >> 6);
}
