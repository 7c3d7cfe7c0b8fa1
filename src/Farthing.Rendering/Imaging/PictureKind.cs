namespace Farthing.Rendering.Imaging;

/// <summary>The file formats that product pictures may have, told by their first bytes: a file's name is not believed.</summary>
internal enum PictureKind
{
    Unknown,
    Png,
    Jpeg,
    Webp,
    Tiff,
}

internal static class PictureKinds
{
    public static PictureKind Of(ReadOnlySpan<byte> bytes)
    {
        if (bytes.StartsWith((ReadOnlySpan<byte>)[0x89, (byte)'P', (byte)'N', (byte)'G', 0x0D, 0x0A, 0x1A, 0x0A]))
        {
            return PictureKind.Png;
        }

        if (bytes.StartsWith((ReadOnlySpan<byte>)[0xFF, 0xD8, 0xFF]))
        {
            return PictureKind.Jpeg;
        }

        if (bytes.Length >= 12 && bytes.StartsWith("RIFF"u8) && bytes[8..].StartsWith("WEBP"u8))
        {
            return PictureKind.Webp;
        }

        return bytes.StartsWith("II*\0"u8) || bytes.StartsWith("MM\0*"u8) || bytes.StartsWith("II+\0"u8) || bytes.StartsWith("MM\0+"u8)
            ? PictureKind.Tiff
            : PictureKind.Unknown;
    }
}
