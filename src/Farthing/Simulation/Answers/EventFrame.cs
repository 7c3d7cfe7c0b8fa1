using System.Buffers.Binary;
using System.IO.Hashing;
using System.Text;

namespace Farthing.Simulation.Answers;

/// <summary>
/// AWS's binary framing: total length, length of the headers, checksum of these; headers; payload; checksum of it all. Numbers are
/// big-endian. Written apart from what the gateway reads it with, so that one checks the other.
/// </summary>
/// <remarks>https://smithy.io/2.0/aws/amazon-eventstream.html</remarks>
internal static class EventFrame
{
    private const byte Text = 7;

    /// <summary>Writes one event of JSON.</summary>
    public static byte[] Write(string type, ReadOnlySpan<byte> payload)
    {
        byte[] headers = [.. Header(":event-type", type), .. Header(":content-type", "application/json"), .. Header(":message-type", "event")];
        byte[] frame = new byte[12 + headers.Length + payload.Length + 4];
        BinaryPrimitives.WriteInt32BigEndian(frame, frame.Length);
        BinaryPrimitives.WriteInt32BigEndian(frame.AsSpan(4), headers.Length);
        BinaryPrimitives.WriteUInt32BigEndian(frame.AsSpan(8), Crc32.HashToUInt32(frame.AsSpan(0, 8)));
        headers.CopyTo(frame, 12);
        payload.CopyTo(frame.AsSpan(12 + headers.Length));
        BinaryPrimitives.WriteUInt32BigEndian(frame.AsSpan(frame.Length - 4), Crc32.HashToUInt32(frame.AsSpan(0, frame.Length - 4)));
        return frame;
    }

    private static byte[] Header(string name, string value)
    {
        byte[] bytes = Encoding.UTF8.GetBytes(value);
        return [(byte)name.Length, .. Encoding.ASCII.GetBytes(name), Text, (byte)(bytes.Length >> 8), (byte)bytes.Length, .. bytes];
    }
}
