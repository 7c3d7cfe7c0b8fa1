using System.IO.Compression;

namespace Farthing.Gateway.SemanticCache.Words;

/// <summary>
/// The words of English (SCOWL's large lists, American and British): what stands here is no slip of the pen.
/// Kept as one block of ASCII with an offset a word, about 2 MB in memory.
/// </summary>
internal sealed class EnglishWords
{
    private static readonly Lazy<EnglishWords> Loaded = new(Load);
    private readonly byte[] _letters;
    private readonly int[] _starts;

    private EnglishWords(byte[] letters, int[] starts) => (_letters, _starts) = (letters, starts);

    /// <summary>The list, read once.</summary>
    public static EnglishWords Instance => Loaded.Value;

    /// <summary>Whether a word in small letters is in the list.</summary>
    public bool Contains(string word)
    {
        int low = 0;
        int high = _starts.Length - 2;
        while (low <= high)
        {
            int middle = (low + high) >>> 1;
            int order = Compare(word, _letters.AsSpan(_starts[middle].._starts[middle + 1]));
            if (order == 0)
            {
                return true;
            }

            (low, high) = order < 0 ? (low, middle - 1) : (middle + 1, high);
        }

        return false;
    }

    private static int Compare(string word, ReadOnlySpan<byte> letters)
    {
        int shared = Math.Min(word.Length, letters.Length);
        for (int at = 0; at < shared; at++)
        {
            if (word[at] != letters[at])
            {
                return word[at] - letters[at];
            }
        }

        return word.Length - letters.Length;
    }

    private static EnglishWords Load()
    {
        using Stream packed = typeof(EnglishWords).Assembly.GetManifestResourceStream("english-words.txt.gz")!;
        using var lines = new StreamReader(new GZipStream(packed, CompressionMode.Decompress));
        var letters = new List<byte>(1 << 20);
        var starts = new List<int>(1 << 17) { 0 };
        while (lines.ReadLine() is { } line)
        {
            foreach (char letter in line)
            {
                letters.Add((byte)letter);
            }

            starts.Add(letters.Count);
        }

        return new EnglishWords([.. letters], [.. starts]);
    }
}
