using System.Text.RegularExpressions;
using Farthing.Gateway.SemanticCache.Lists;

namespace Farthing.Bench.Guard;

/// <summary>The built-in lists without held-out words: what is left for texts that nobody made lists for.</summary>
internal static partial class HeldOut
{
    /// <summary>
    /// The YAML of the lists that excuse: groups of synonyms, courtesies and task words that hold a held-out word or phrase
    /// are taken out; colours, materials and patterns too.
    /// </summary>
    /// <param name="held">Words or phrases, one a line.</param>
    public static string From(IReadOnlyList<string> held)
    {
        string yaml = GuardLists.DefaultYaml();
        int task = yaml.IndexOf("\ntask:", StringComparison.Ordinal);
        int units = yaml.IndexOf("\nshade-synonyms:", StringComparison.Ordinal);
        string middle = yaml[..units];
        string values = yaml[yaml.IndexOf("\ncolours:", StringComparison.Ordinal)..];
        foreach (string phrase in held.Where(static line => line.Trim().Length > 0))
        {
            string word = Regex.Escape(phrase.Trim());
            middle = Regex.Replace(middle, $@"(?<=[\[,])\s*{word}\s*(?=[,\]])", " xxheldout", RegexOptions.CultureInvariant);
            values = Regex.Replace(values, $@"(?<=[\[,])\s*{word}\s*(?=[,\]])", " xxheldout", RegexOptions.CultureInvariant);
        }

        _ = task;
        middle = Doubled().Replace(middle, static match => match.Value.Contains("xxheldout", StringComparison.Ordinal) ? "  - []" : match.Value);
        middle = Held().Replace(middle.Replace("  - []\n", "", StringComparison.Ordinal), "");
        values = Held().Replace(values, "");
        return middle + yaml[units..yaml.IndexOf("\ncolours:", StringComparison.Ordinal)] + values;
    }

    [GeneratedRegex(@"^  - \[[^\]]*\]$", RegexOptions.Multiline)]
    private static partial Regex Doubled();

    [GeneratedRegex(@"\s*xxheldout,|,\s*xxheldout(?=\s*\])")]
    private static partial Regex Held();
}
