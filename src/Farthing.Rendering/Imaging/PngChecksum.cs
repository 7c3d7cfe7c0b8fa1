namespace Farthing.Rendering.Imaging;

/// <summary>The checksum of PNG chunks: CRC-32 as in ISO 3309, polynomial 0xEDB88320 (PNG specification, third edition, annex D).</summary>
internal static class PngChecksum
{
    private static readonly uint[] Table = MakeTable();

    public static uint Of(ReadOnlySpan<byte> typeAndData)
    {
        uint crc = uint.MaxValue;
        foreach (byte value in typeAndData)
        {
            crc = Table[(byte)(crc ^ value)] ^ (crc >> 8);
        }

        return ~crc;
    }

    private static uint[] MakeTable()
    {
        var table = new uint[256];
        for (uint i = 0; i < 256; i++)
        {
            uint crc = i;
            for (int bit = 0; bit < 8; bit++)
            {
                crc = (crc & 1) != 0 ? 0xEDB88320 ^ (crc >> 1) : crc >> 1;
            }

            table[i] = crc;
        }

        return table;
    }
}
