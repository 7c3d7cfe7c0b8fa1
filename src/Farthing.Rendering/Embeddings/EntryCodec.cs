using System.Buffers.Binary;
using System.IO.Compression;
using System.IO.Hashing;

namespace Farthing.Rendering.Embeddings;

/// <summary>
/// An entry as bytes: magic and version, key, storage, form, shape, cost, lengths, values, and XXH128 over all of it. Whatever does
/// not read back to the last bit under the key it was asked for is no entry.
/// </summary>
/// <remarks>
/// All numbers are little-endian. The checksum finds damage and mix-ups; it is no signature: whoever may write to the store is
/// trusted, as whoever may write to the model is.
/// </remarks>
internal static class EntryCodec
{
    /// <summary>Bytes before the values.</summary>
    public const int HeaderLength = 4 + EntryKey.Length + 4 + 12 + 12 + 4;

    private const uint Magic = 0x31455446;
    private const int ChecksumLength = 16;
    private const int MaxValues = 1 << 28;

    /// <summary>How values are laid out.</summary>
    private enum Form : byte
    {
        /// <summary>As they are.</summary>
        Plain,

        /// <summary>Compressed with the first bytes of all values before the second ones.</summary>
        Planes,
    }

    /// <summary>Writes an entry.</summary>
    /// <param name="key">Its key.</param>
    /// <param name="entry">The entry.</param>
    /// <param name="compress">Whether to compress where that makes it smaller.</param>
    public static byte[] Write(EntryKey key, EmbeddingEntry entry, bool compress)
    {
        byte[]? packed = compress ? Pack(entry.Values, entry.Storage) : null;
        bool isPacked = packed?.Length < entry.Values.Length;
        byte[] values = isPacked ? packed! : entry.Values;
        byte[] bytes = new byte[HeaderLength + values.Length + ChecksumLength];
        var span = bytes.AsSpan();
        BinaryPrimitives.WriteUInt32LittleEndian(span, Magic);
        key.CopyTo(span[4..]);
        span[36] = (byte)entry.Storage;
        span[37] = (byte)(isPacked ? Form.Planes : Form.Plain);
        BinaryPrimitives.WriteInt32LittleEndian(span[40..], entry.Rows);
        BinaryPrimitives.WriteInt32LittleEndian(span[44..], entry.Width);
        BinaryPrimitives.WriteInt32LittleEndian(span[48..], entry.PooledWidth);
        BinaryPrimitives.WriteInt64LittleEndian(span[52..], entry.Cost.CoreMicroseconds);
        BinaryPrimitives.WriteInt32LittleEndian(span[60..], entry.Cost.Texts);
        BinaryPrimitives.WriteInt32LittleEndian(span[64..], values.Length);
        values.CopyTo(span[HeaderLength..]);
        BinaryPrimitives.WriteUInt128LittleEndian(span[^ChecksumLength..], XxHash128.HashToUInt128(span[..^ChecksumLength]));
        return bytes;
    }

    /// <summary>Reads an entry; null where the bytes are not what <see cref="Write"/> gave for this key.</summary>
    public static EmbeddingEntry? Read(EntryKey key, ReadOnlySpan<byte> bytes)
    {
        if (bytes.Length < HeaderLength + ChecksumLength
            || BinaryPrimitives.ReadUInt32LittleEndian(bytes) != Magic
            || EntryKey.From(bytes[4..]) != key
            || BinaryPrimitives.ReadUInt128LittleEndian(bytes[^ChecksumLength..]) != XxHash128.HashToUInt128(bytes[..^ChecksumLength]))
        {
            return null;
        }

        // The checksum holds, but somebody else may have made it: nothing below may trust a length.
        var (storage, form) = ((EmbeddingStorage)bytes[36], (Form)bytes[37]);
        int rows = BinaryPrimitives.ReadInt32LittleEndian(bytes[40..]);
        int width = BinaryPrimitives.ReadInt32LittleEndian(bytes[44..]);
        int pooled = BinaryPrimitives.ReadInt32LittleEndian(bytes[48..]);
        long cost = BinaryPrimitives.ReadInt64LittleEndian(bytes[52..]);
        int texts = BinaryPrimitives.ReadInt32LittleEndian(bytes[60..]);
        var values = bytes[HeaderLength..^ChecksumLength];
        long count = (long)rows * width + pooled;
        if (storage > EmbeddingStorage.Fp32 || form > Form.Planes || rows < 0 || width < 0 || pooled < 0 || count > MaxValues
            || cost < 0 || texts < 0 || BinaryPrimitives.ReadInt32LittleEndian(bytes[64..]) != values.Length)
        {
            return null;
        }

        int length = (int)count * (storage == EmbeddingStorage.Fp16 ? 2 : 4);
        byte[]? plain = form == Form.Plain ? values.ToArray() : Unpack(values, length, storage);
        if (plain?.Length != length)
        {
            return null;
        }

        var entry = new EmbeddingEntry
        {
            Storage = storage,
            Rows = rows,
            Width = width,
            PooledWidth = pooled,
            Values = plain,
            Cost = new EncodeCost(cost, texts),
        };
        return entry.IsFinite() ? entry : null;
    }

    /// <summary>A value's exponent repeats among its neighbours, its last bits do not: kept apart, the former compress.</summary>
    private static byte[]? Pack(byte[] values, EmbeddingStorage storage)
    {
        byte[] planes = Turn(values, storage == EmbeddingStorage.Fp16 ? 2 : 4);
        byte[] packed = new byte[BrotliEncoder.GetMaxCompressedLength(planes.Length)];
        return BrotliEncoder.TryCompress(planes, packed, out int written, quality: 1, window: 18) ? packed[..written] : null;
    }

    private static byte[]? Unpack(ReadOnlySpan<byte> packed, int length, EmbeddingStorage storage)
    {
        byte[] planes = new byte[length];
        return BrotliDecoder.TryDecompress(packed, planes, out int written) && written == length
            ? Turn(planes, length / (storage == EmbeddingStorage.Fp16 ? 2 : 4))
            : null;
    }

    /// <summary>Turns [n/size, size] bytes into [size, n/size].</summary>
    private static byte[] Turn(byte[] bytes, int size)
    {
        byte[] turned = new byte[bytes.Length];
        int rows = size == 0 ? 0 : bytes.Length / size;
        for (int column = 0; column < size; column++)
        {
            for (int row = 0; row < rows; row++)
            {
                turned[(column * rows) + row] = bytes[(row * size) + column];
            }
        }

        return turned;
    }
}
