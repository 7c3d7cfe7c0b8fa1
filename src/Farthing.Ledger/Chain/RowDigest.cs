using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;

namespace Farthing.Ledger.Chain;

/// <summary>
/// The SHA-256 of a row. Each value is written with its kind: 0 for null, 1 and eight bytes (big-endian) for a whole number, 2, the
/// length in four bytes and UTF-8 for text; nulls at the end are left out.
/// </summary>
internal sealed class RowDigest
{
    /// <summary>Bytes of a digest.</summary>
    public const int Size = SHA256.HashSizeInBytes;

    private byte[] _row = new byte[1024];

    /// <summary>Hashes the first values of a row.</summary>
    public void Hash(ReadOnlySpan<object?> values, Span<byte> digest)
    {
        while (values is [.. var rest, null])
        {
            values = rest;
        }

        var used = 0;
        foreach (var value in values)
        {
            used = Write(value, used);
        }

        SHA256.HashData(_row.AsSpan(0, used), digest);
    }

    /// <summary>What a row keeps of its digest: the first four bytes. It finds which row was changed; the link proves that one was.</summary>
    public static long Check(ReadOnlySpan<byte> digest) => BinaryPrimitives.ReadInt32BigEndian(digest);

    private int Write(object? value, int used)
    {
        switch (value)
        {
            case null:
                Grow(used + 1);
                _row[used] = 0;
                return used + 1;
            case long number:
                Grow(used + 9);
                _row[used] = 1;
                BinaryPrimitives.WriteInt64BigEndian(_row.AsSpan(used + 1), number);
                return used + 9;
            case string text:
                Grow(used + 5 + Encoding.UTF8.GetMaxByteCount(text.Length));
                _row[used] = 2;
                var length = Encoding.UTF8.GetBytes(text, _row.AsSpan(used + 5));
                BinaryPrimitives.WriteInt32BigEndian(_row.AsSpan(used + 1), length);
                return used + 5 + length;
            default:
                throw new ArgumentException($"A row holds whole numbers and text, not {value.GetType().Name}.", nameof(value));
        }
    }

    private void Grow(int size)
    {
        if (_row.Length < size)
        {
            Array.Resize(ref _row, Math.Max(size, _row.Length * 2));
        }
    }
}
