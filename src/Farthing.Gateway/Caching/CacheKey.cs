using System.Buffers.Binary;
using System.Security.Cryptography;

namespace Farthing.Gateway.Caching;

/// <summary>A SHA-256 hash as a key: what has the same key is the same request, or the same scope.</summary>
/// <param name="A">Its first eight bytes.</param>
/// <param name="B">Its second eight bytes.</param>
/// <param name="C">Its third eight bytes.</param>
/// <param name="D">Its last eight bytes.</param>
public readonly record struct CacheKey(ulong A, ulong B, ulong C, ulong D)
{
    /// <summary>How many bytes it has.</summary>
    public const int Size = 32;

    /// <summary>The key of some bytes.</summary>
    public static CacheKey Of(ReadOnlySpan<byte> bytes)
    {
        Span<byte> hash = stackalloc byte[Size];
        SHA256.HashData(bytes, hash);
        return FromHash(hash);
    }

    /// <summary>Reads 32 bytes.</summary>
    public static CacheKey FromHash(ReadOnlySpan<byte> hash) => new(
        BinaryPrimitives.ReadUInt64BigEndian(hash),
        BinaryPrimitives.ReadUInt64BigEndian(hash[8..]),
        BinaryPrimitives.ReadUInt64BigEndian(hash[16..]),
        BinaryPrimitives.ReadUInt64BigEndian(hash[24..]));

    /// <summary>Its 32 bytes.</summary>
    public byte[] ToArray()
    {
        var bytes = new byte[Size];
        BinaryPrimitives.WriteUInt64BigEndian(bytes, A);
        BinaryPrimitives.WriteUInt64BigEndian(bytes.AsSpan(8), B);
        BinaryPrimitives.WriteUInt64BigEndian(bytes.AsSpan(16), C);
        BinaryPrimitives.WriteUInt64BigEndian(bytes.AsSpan(24), D);
        return bytes;
    }

    /// <summary>64 hexadecimal digits.</summary>
    public override string ToString() => Convert.ToHexStringLower(ToArray());
}
