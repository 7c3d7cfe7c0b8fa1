using System.Text;
using System.Xml;

namespace Farthing.Rendering.Imaging;

/// <summary>Writes metadata as an XMP packet (ISO 16684-1) for formats that have no text chunks.</summary>
internal static class XmpPacket
{
    // JPEG holds a packet in one segment of 65,533 bytes with a header of 29.
    private const int MaxBytes = 65_000;
    private const string Namespace = "urn:farthing:render:1";
    private const string Rdf = "http://www.w3.org/1999/02/22-rdf-syntax-ns#";
    private static readonly XmlWriterSettings Settings = new() { OmitXmlDeclaration = true, Encoding = new UTF8Encoding(false), CheckCharacters = true };

    /// <summary>Long values are cut, the longest first, until the packet fits.</summary>
    public static byte[] Write(IReadOnlyList<KeyValuePair<string, string>> texts)
    {
        for (int longest = MaxBytes; ; longest /= 2)
        {
            byte[] packet = Write(texts, longest);
            if (packet.Length <= MaxBytes)
            {
                return packet;
            }

            if (longest == 0)
            {
                throw new ImagingException("There are too many metadata keys for this format. Store fewer, or write PNG.");
            }
        }
    }

    private static byte[] Write(IReadOnlyList<KeyValuePair<string, string>> texts, int longest)
    {
        using var stream = new MemoryStream();
        stream.Write("<?xpacket begin=\"\uFEFF\" id=\"W5M0MpCehiHzreSzNTczkc9d\"?>"u8);
        using (XmlWriter xml = XmlWriter.Create(stream, Settings))
        {
            xml.WriteStartElement("x", "xmpmeta", "adobe:ns:meta/");
            xml.WriteStartElement("rdf", "RDF", Rdf);
            xml.WriteStartElement("rdf", "Description", Rdf);
            xml.WriteAttributeString("rdf", "about", Rdf, "");
            foreach ((string key, string value) in texts)
            {
                xml.WriteElementString("farthing", XmlConvert.EncodeLocalName(key)!, Namespace, Cut(value, longest));
            }

            xml.WriteEndElement();
            xml.WriteEndElement();
            xml.WriteEndElement();
        }

        stream.Write("<?xpacket end=\"w\"?>"u8);
        return stream.ToArray();
    }

    /// <summary>At most so many characters, whole code points, and only such as XML allows.</summary>
    private static string Cut(string value, int longest)
    {
        var text = new StringBuilder(Math.Min(value.Length, longest) + 1);
        foreach (Rune rune in value.EnumerateRunes())
        {
            if (text.Length + rune.Utf16SequenceLength > longest)
            {
                return text.Append('…').ToString();
            }

            bool legal = rune.Value is 0x9 or 0xA or 0xD or (>= 0x20 and not 0xFFFE and not 0xFFFF);
            text.Append(legal ? rune.ToString() : "\uFFFD");
        }

        return text.ToString();
    }
}
