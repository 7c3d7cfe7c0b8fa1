namespace Farthing.Gateway.SemanticCache.Reading;

/// <summary>Writes out what an apostrophe shortens: "we'd" is "we would", "it's" is "it is"; without one only what can be no other word ("youre").</summary>
internal static class Contractions
{
    private static readonly HashSet<string> Pronouns = new(StringComparer.Ordinal) { "i", "you", "we", "he", "she", "it", "they", "that", "this", "there", "who", "what" };

    private static readonly HashSet<string> BeforeIs = new(StringComparer.Ordinal) { "it", "that", "what", "here", "there", "who", "where", "how", "he", "she" };

    private static readonly Dictionary<string, string> Shortened = new(StringComparer.Ordinal) { ["ll"] = "will", ["d"] = "would", ["re"] = "are", ["ve"] = "have", ["m"] = "am" };

    // Those that can be no other word without their apostrophe; "were" and "well" are words.
    private static readonly Dictionary<string, (string First, string Second)> Plain =
        new[] { "i'm", "i've", "you're", "you've", "you'll", "they're", "we've", "that's", "what's", "here's", "there's", "it'd", "it'll" }
            .ToDictionary(static written => written.Replace("'", "", StringComparison.Ordinal), static written => Read(written, ""), StringComparer.Ordinal);

    /// <summary>The words of one.</summary>
    /// <param name="written">A word in small letters, with its apostrophe.</param>
    /// <param name="letters">The same without.</param>
    public static (string First, string Second) Read(string written, string letters)
    {
        int apostrophe = written.IndexOf('\'', StringComparison.Ordinal);
        if (apostrophe <= 0)
        {
            return Plain.TryGetValue(letters, out var words) ? words : (letters, "");
        }

        (string before, string after) = (written[..apostrophe], written[(apostrophe + 1)..]);
        if (after == "s" && BeforeIs.Contains(before))
        {
            return (before, "is");
        }

        return Pronouns.Contains(before) && Shortened.TryGetValue(after, out string? second) ? (before, second) : (letters, "");
    }
}
