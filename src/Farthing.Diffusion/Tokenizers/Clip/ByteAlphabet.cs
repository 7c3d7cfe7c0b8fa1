namespace Farthing.Diffusion.Tokenizers.Clip;

/// <summary>
/// The characters that stand for bytes in vocab.json and merges.txt (GPT-2's byte-to-unicode table): printable Latin-1
/// for itself, the other 68 bytes by U+0100 and up, in order.
/// </summary>
internal static class ByteAlphabet
{
    /// <summary>The character of each byte.</summary>
    public static IReadOnlyList<char> Characters { get; } = Make();

    private static char[] Make()
    {
        var characters = new char[256];
        int next = 0x100;
        for (int b = 0; b < characters.Length; b++)
        {
            bool printable = b is (>= '!' and <= '~') or (>= 0xA1 and <= 0xAC) or (>= 0xAE and <= 0xFF);
            characters[b] = (char)(printable ? b : next++);
        }

        return characters;
    }
}
