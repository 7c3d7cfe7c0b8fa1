namespace Farthing.Gateway.SemanticCache.Words;

/// <summary>British spellings and their American ones: those whose British word no American list has.</summary>
internal static class SpellingPairs
{
    /// <summary>Reads the built-in pairs, American first.</summary>
    public static IEnumerable<(string American, string British)> Read()
    {
        using Stream stream = typeof(SpellingPairs).Assembly.GetManifestResourceStream("spellings.txt")!;
        using var lines = new StreamReader(stream);
        while (lines.ReadLine() is { } line)
        {
            int gap = line.IndexOf(' ', StringComparison.Ordinal);
            yield return (line[(gap + 1)..], line[..gap]);
        }
    }
}
