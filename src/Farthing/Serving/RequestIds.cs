using System.Buffers.Binary;
using System.Security.Cryptography;

namespace Farthing.Serving;

/// <summary>Ids of requests: UUIDs of version 7 (RFC 9562), so that they sort by time, in 32 hexadecimal digits.</summary>
internal static class RequestIds
{
    /// <summary>A new one.</summary>
    /// <param name="now">The time; whole milliseconds of it are in the id.</param>
    /// <remarks>The random bits come from the process's own generator: <see cref="Guid.CreateVersion7()"/> asks the system for each.</remarks>
    public static string New(DateTimeOffset now)
    {
        Span<byte> bytes = stackalloc byte[16];
        RandomNumberGenerator.Fill(bytes[6..]);
        BinaryPrimitives.WriteInt64BigEndian(bytes, (now.ToUnixTimeMilliseconds() << 16) | BinaryPrimitives.ReadUInt16BigEndian(bytes[6..]));
        bytes[6] = (byte)((bytes[6] & 0x0F) | 0x70);
        bytes[8] = (byte)((bytes[8] & 0x3F) | 0x80);
        return Convert.ToHexStringLower(bytes);
    }
}
