using System.Buffers.Binary;
using System.Security.Cryptography;

namespace Farthing.Serving;

/// <summary>Ids of requests: UUIDs of version 7 (RFC 9562), so that they sort by time, in 32 hexadecimal digits.</summary>
internal static class RequestIds
{
    private const int Drawn = 1_000;

    [ThreadStatic]
    private static byte[]? _drawn;

    [ThreadStatic]
    private static int _left;

    /// <summary>A new one.</summary>
    /// <param name="now">The time; whole milliseconds of it are in the id.</param>
    /// <remarks>The random bits are drawn for many ids at once: each draw asks the system, as <see cref="Guid.CreateVersion7()"/> does for each id.</remarks>
    public static string New(DateTimeOffset now)
    {
        Span<byte> bytes = stackalloc byte[16];
        Draw(bytes[6..]);
        BinaryPrimitives.WriteInt64BigEndian(bytes, (now.ToUnixTimeMilliseconds() << 16) | BinaryPrimitives.ReadUInt16BigEndian(bytes[6..]));
        bytes[6] = (byte)((bytes[6] & 0x0F) | 0x70);
        bytes[8] = (byte)((bytes[8] & 0x3F) | 0x80);
        return Convert.ToHexStringLower(bytes);
    }

    private static void Draw(Span<byte> into)
    {
        byte[] drawn = _drawn ??= new byte[Drawn];
        if (_left < into.Length)
        {
            RandomNumberGenerator.Fill(drawn);
            _left = drawn.Length;
        }

        _left -= into.Length;
        drawn.AsSpan(_left, into.Length).CopyTo(into);
    }
}
