namespace Farthing.Gateway.SemanticCache.Reading;

/// <summary>Participles that begin a phrase with the preposition behind them: "seen from", "tied with", "surrounded by".</summary>
internal static class Participles
{
    private const int Shortest = 5;

    private static readonly HashSet<string> Irregular = new(StringComparer.Ordinal)
    {
        "seen", "lit", "hung", "held", "worn", "shot", "taken", "drawn", "driven", "bound", "built", "sewn", "woven", "laid", "lent", "sold", "tied", "given", "thrown", "bent",
    };

    private static readonly HashSet<string> Before = new(StringComparer.Ordinal)
    {
        "by", "with", "from", "in", "on", "to", "at", "under", "against", "for", "into", "onto", "over", "beside", "near", "around", "behind", "between",
    };

    /// <summary>Whether a word is a participle and the next a preposition that it takes.</summary>
    public static bool Begins(string word, string? next) =>
        next is not null && Before.Contains(next)
        && (Irregular.Contains(word)
            || (word.Length >= Shortest && word.EndsWith("ed", StringComparison.Ordinal) && !word.EndsWith("eed", StringComparison.Ordinal) && word is not ("hundred" or "sacred" or "kindred")));

    /// <summary>Whether a chunk's preposition is of this kind.</summary>
    public static bool Introduces(Chunk chunk) => chunk.Preposition.IndexOf(' ', StringComparison.Ordinal) is > 0 and int blank && Begins(chunk.Preposition[..blank], chunk.Preposition[(blank + 1)..]);
}
