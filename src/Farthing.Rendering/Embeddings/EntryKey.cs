using System.Buffers.Binary;
using System.Runtime.InteropServices;
using System.Security.Cryptography;

namespace Farthing.Rendering.Embeddings;

/// <summary>
/// Names what one encoder makes of one text: SHA-256 over the encoder's identity (its files, its tokenizer's, the output that is
/// read), how states are stored, and the text's token ids.
/// </summary>
/// <remarks>
/// The ids are the normalised caption: two captions share a key exactly when the tokenizer reads them as the same ids, and
/// then the encoder can't tell them apart.
/// </remarks>
internal readonly record struct EntryKey
{
    /// <summary>Bytes of a key.</summary>
    public const int Length = 32;

    private readonly UInt128 _high;
    private readonly UInt128 _low;

    private EntryKey(ReadOnlySpan<byte> bytes)
    {
        _high = BinaryPrimitives.ReadUInt128BigEndian(bytes);
        _low = BinaryPrimitives.ReadUInt128BigEndian(bytes[16..]);
    }

    /// <summary>The key of a text for an encoder.</summary>
    /// <param name="encoder">The encoder's identity, 32 bytes.</param>
    /// <param name="storage">How states are stored.</param>
    /// <param name="ids">The text's ids, padding included.</param>
    public static EntryKey Of(ReadOnlySpan<byte> encoder, EmbeddingStorage storage, ReadOnlySpan<int> ids)
    {
        Span<byte> input = stackalloc byte[Length + 1 + (ids.Length <= 512 ? ids.Length * sizeof(int) : 0)];
        encoder.CopyTo(input);
        input[Length] = (byte)storage;
        Span<byte> hash = stackalloc byte[Length];
        if (ids.Length <= 512)
        {
            MemoryMarshal.AsBytes(ids).CopyTo(input[(Length + 1)..]);
            SHA256.HashData(input, hash);
        }
        else
        {
            SHA256.HashData((byte[])[.. input, .. MemoryMarshal.AsBytes(ids)], hash);
        }

        return new EntryKey(hash);
    }

    /// <summary>Reads a key of <see cref="Length"/> bytes.</summary>
    public static EntryKey From(ReadOnlySpan<byte> bytes) => new(bytes[..Length]);

    /// <summary>Writes <see cref="Length"/> bytes.</summary>
    public void CopyTo(Span<byte> target)
    {
        BinaryPrimitives.WriteUInt128BigEndian(target, _high);
        BinaryPrimitives.WriteUInt128BigEndian(target[16..], _low);
    }

    public byte[] ToArray()
    {
        byte[] bytes = new byte[Length];
        CopyTo(bytes);
        return bytes;
    }

    /// <summary>It is a hash already.</summary>
    public override int GetHashCode() => (int)(uint)_low;

    /// <summary>64 hexadecimal digits.</summary>
    public override string ToString() => Convert.ToHexStringLower(ToArray());
}
