namespace Farthing.Gateway.SemanticCache.Reading;

/// <summary>
/// A sentence that somebody says ("Let's eat, grandma"): with a person in it, a comma may say whom it addresses. The commas of an enumeration of
/// a thing's attributes say nothing.
/// </summary>
internal static class Speech
{
    private static readonly HashSet<string> Persons = new(StringComparer.Ordinal) { "lets", "i", "we", "you", "he", "she", "they" };

    /// <summary>Its words with the commas between them; empty for a text that nobody says.</summary>
    public static string Read(List<Token> tokens)
    {
        if (!tokens.Exists(static token => token.IsWord && Persons.Contains(token.Text)))
        {
            return "";
        }

        var said = new List<string>();
        for (int at = 0; at < tokens.Count; at++)
        {
            bool counts = tokens[at].IsMarkOf(",") && said.Count > 0 && at + 1 < tokens.Count && !tokens[at + 1].IsMark && tokens[at + 1].Text is not ("and" or "or");
            if (counts || !tokens[at].IsMark)
            {
                said.Add(tokens[at].Text);
            }
        }

        return string.Join(' ', said);
    }

    /// <summary>Whether two texts differ in their commas and in nothing else.</summary>
    public static bool Differ(string one, string other) =>
        one != other && one.Length > 0 && one.Replace(" ,", "", StringComparison.Ordinal) == other.Replace(" ,", "", StringComparison.Ordinal);
}
