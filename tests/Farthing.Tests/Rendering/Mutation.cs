namespace Farthing.Tests.Rendering;

/// <summary>Damages bytes in the ways that files get damaged: flips, cuts, insertions, repeated and swapped pieces.</summary>
internal static class Mutation
{
    private static readonly byte[] Interesting = [0, 1, 0x0A, 0x0D, 0x22, 0x2C, 0x7B, 0x7F, 0x80, 0xC3, 0xED, 0xEF, 0xF0, 0xFE, 0xFF];

    public static byte[] Of(byte[] original, Random random)
    {
        var bytes = new List<byte>(original);
        for (int change = random.Next(1, 6); change > 0 && bytes.Count > 0; change--)
        {
            int at = random.Next(bytes.Count);
            int length = Math.Min(random.Next(1, 24), bytes.Count - at);
            switch (random.Next(7))
            {
                case 0:
                    bytes[at] ^= (byte)(1 << random.Next(8));
                    break;
                case 1:
                    bytes[at] = Interesting[random.Next(Interesting.Length)];
                    break;
                case 2:
                    bytes.Insert(at, Interesting[random.Next(Interesting.Length)]);
                    break;
                case 3:
                    bytes.RemoveRange(at, length);
                    break;
                case 4:
                    bytes.InsertRange(at, bytes.GetRange(at, length));
                    break;
                case 5 when random.Next(8) == 0:
                    bytes.RemoveRange(at, bytes.Count - at);
                    break;
                default:
                    bytes[at] = (byte)random.Next(256);
                    break;
            }
        }

        return [.. bytes];
    }
}
