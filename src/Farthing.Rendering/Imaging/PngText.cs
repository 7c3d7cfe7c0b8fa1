using System.Buffers.Binary;
using System.Text;

namespace Farthing.Rendering.Imaging;

/// <summary>
/// Puts text chunks into a PNG file and reads them (PNG specification, third edition, sections 5.3 and 11.3.3): tEXt for ASCII,
/// iTXt, uncompressed, for everything else.
/// </summary>
public static class PngText
{
    // Signature, and the header chunk with its length, type and checksum.
    private const int AfterHeader = 8 + 4 + 4 + 13 + 4;

    /// <summary>Adds texts behind the header chunk.</summary>
    /// <param name="png">A PNG file.</param>
    /// <param name="texts">Keys (1 to 79 ASCII characters) and values; a half surrogate pair becomes U+FFFD.</param>
    /// <exception cref="ImagingException">The bytes are no PNG file.</exception>
    public static byte[] Insert(ReadOnlySpan<byte> png, IReadOnlyList<KeyValuePair<string, string>> texts)
    {
        ArgumentNullException.ThrowIfNull(texts);
        if (PictureKinds.Of(png) != PictureKind.Png || png.Length < AfterHeader)
        {
            throw new ImagingException("Text can only be put into a PNG file.");
        }

        using var file = new MemoryStream(png.Length + 1024);
        file.Write(png[..AfterHeader]);
        foreach ((string key, string value) in texts)
        {
            WriteChunk(file, key, value);
        }

        file.Write(png[AfterHeader..]);
        return file.ToArray();
    }

    /// <summary>Reads the tEXt chunks and the uncompressed iTXt chunks, in the file's order; others and damaged ones are passed over.</summary>
    public static IReadOnlyList<KeyValuePair<string, string>> Read(ReadOnlySpan<byte> png)
    {
        var texts = new List<KeyValuePair<string, string>>();
        if (PictureKinds.Of(png) != PictureKind.Png)
        {
            return texts;
        }

        ReadOnlySpan<byte> rest = png[8..];
        while (rest.Length >= 12)
        {
            uint length = BinaryPrimitives.ReadUInt32BigEndian(rest);
            if (length > rest.Length - 12)
            {
                break;
            }

            ReadOnlySpan<byte> type = rest.Slice(4, 4);
            ReadOnlySpan<byte> data = rest.Slice(8, (int)length);
            int end = data.IndexOf((byte)0);
            if (end > 0 && type.SequenceEqual("tEXt"u8))
            {
                texts.Add(new(Encoding.Latin1.GetString(data[..end]), Encoding.Latin1.GetString(data[(end + 1)..])));
            }
            else if (end > 0 && type.SequenceEqual("iTXt"u8) && International(data[(end + 1)..]) is { } value)
            {
                texts.Add(new(Encoding.Latin1.GetString(data[..end]), value));
            }

            rest = rest[(12 + (int)length)..];
        }

        return texts;
    }

    /// <summary>The text behind compression flag, method, language tag and translated key.</summary>
    private static string? International(ReadOnlySpan<byte> data)
    {
        if (data.Length < 4 || data[0] != 0)
        {
            return null;
        }

        data = data[2..];
        int language = data.IndexOf((byte)0);
        int translated = language < 0 ? -1 : data[(language + 1)..].IndexOf((byte)0);
        return translated < 0 ? null : Encoding.UTF8.GetString(data[(language + translated + 2)..]);
    }

    private static void WriteChunk(MemoryStream file, string key, string value)
    {
        // tEXt knows no carriage return and no control characters but the line feed.
        bool plain = value.All(c => c is '\n' or (>= ' ' and <= '~'));
        byte[] name = Encoding.Latin1.GetBytes(key);
        byte[] text = Encoding.UTF8.GetBytes(value.Replace('\0', '\uFFFD'));
        ReadOnlySpan<byte> type = plain ? "tEXt"u8 : "iTXt"u8;
        ReadOnlySpan<byte> between = plain ? [0] : [0, 0, 0, 0, 0];
        byte[] body = [.. type, .. name, .. between, .. text];

        Span<byte> number = stackalloc byte[4];
        BinaryPrimitives.WriteInt32BigEndian(number, body.Length - 4);
        file.Write(number);
        file.Write(body);
        BinaryPrimitives.WriteUInt32BigEndian(number, PngChecksum.Of(body));
        file.Write(number);
    }
}
