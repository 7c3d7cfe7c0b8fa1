using System.Text.RegularExpressions;

namespace Farthing.Gateway.SemanticCache.Reading;

/// <summary>
/// How a text writes the words that capitals or an apostrophe make other words of ("Polish", "US", "the makers' mark"). Only what it
/// writes on purpose counts: a text without capitals, one of capitals alone, or one that begins each word with one, says nothing by them.
/// </summary>
internal static partial class WrittenForms
{
    // English words that are others with a capital, and units.
    private static readonly HashSet<string> Cased = new(StringComparer.Ordinal)
    {
        "polish", "us", "it", "march", "may", "august", "turkey", "china", "japan", "swede", "dane", "pole", "poles", "welsh", "job", "nice", "reading", "bath", "mobile", "mercury",
        "mars", "earth", "apple", "amazon", "jersey", "guernsey", "champagne", "java", "cologne", "hamburg", "lima", "ghent", "cork", "sandwich", "rugby", "tangier", "chile", "turkish",
        "bow", "rose", "mark", "will", "bill", "jack", "pat", "frank", "grace", "hope", "ivy", "daisy", "lily", "robin", "hazel", "amber", "ruby", "pearl", "olive", "violet", "jasmine", "ginger",
        "who", "aids", "cat", "gap", "shell", "target", "oracle", "orange", "ford", "visa", "slack", "zoom", "dove", "mini", "puma", "jaguar", "jeep", "tide", "subway",
        "mw", "mb", "gb", "kb", "mv", "ma", "pa", "mm", "ms", "mg", "mhz",
    };

    /// <summary>The words that are written on purpose as they are, each with its ways.</summary>
    public static Dictionary<string, HashSet<string>> Read(string text)
    {
        var forms = new Dictionary<string, HashSet<string>>(StringComparer.Ordinal);
        MatchCollection words = Words().Matches(text);
        bool hasPurpose = IsMixed(words, text);
        foreach (Match match in words)
        {
            string word = match.Value.Replace('\u2019', '\'');
            string letters = word.Replace("'", "", StringComparison.Ordinal).ToLowerInvariant();
            bool hasApostrophe = word.Contains('\'', StringComparison.Ordinal);
            if (hasApostrophe)
            {
                Add(forms, "'" + letters, word.ToLowerInvariant());
            }
            else if (Cased.Contains(letters) && (hasPurpose || IsMixed(word)) && !(Begins(text, match.Index) && char.IsUpper(word[0]) && !(word.Length > 1 && char.IsUpper(word[1]))))
            {
                Add(forms, letters, word);
            }
        }

        return forms;
    }

    /// <summary>Whether two texts write a word in no way alike.</summary>
    /// <param name="one">A text's words.</param>
    /// <param name="other">Another's.</param>
    /// <param name="word">The first such word, as one of them writes it.</param>
    public static bool Differ(Dictionary<string, HashSet<string>> one, Dictionary<string, HashSet<string>> other, out string word)
    {
        word = "";
        foreach ((string letters, HashSet<string> forms) in one)
        {
            if (other.TryGetValue(letters, out HashSet<string>? others) && !forms.Overlaps(others))
            {
                word = forms.First();
                return true;
            }
        }

        return false;
    }

    private static void Add(Dictionary<string, HashSet<string>> forms, string letters, string word)
    {
        if (!forms.TryGetValue(letters, out HashSet<string>? written))
        {
            forms[letters] = written = new HashSet<string>(StringComparer.Ordinal);
        }

        written.Add(word);
    }

    /// <summary>Whether a text has capitals and, inside its sentences, also words that begin without one.</summary>
    private static bool IsMixed(MatchCollection words, string text)
    {
        (int capitals, int small) = (0, 0);
        foreach (Match word in words)
        {
            capitals += char.IsUpper(word.Value[0]) ? 1 : 0;
            small += char.IsLower(word.Value[0]) && IsContent(word.Value) && !Begins(text, word.Index) ? 1 : 0;
        }

        return capitals > 0 && small > 0;
    }

    /// <summary>Titles write little words without a capital too.</summary>
    private static bool IsContent(string word) =>
        word.Length > 2 && word is not ("the" or "and") && FunctionWords.Prepositions.Match(ahead => ahead == 0 ? word : null, out _) == 0;

    private static bool IsMixed(string word) => char.IsLower(word[0]) && word.AsSpan(1).ContainsAnyInRange('A', 'Z');

    /// <summary>At the beginning of a sentence a capital says nothing.</summary>
    private static bool Begins(string text, int at)
    {
        while (at > 0 && text[at - 1] is ' ' or '"' or '\'' or '(' or '*' or '_' or '\u201c')
        {
            at--;
        }

        return at == 0 || text[at - 1] is '.' or '!' or '?' or ':' or '\n' or '-' or '|' or '\u2013' or '\u2014' or '\u2022';
    }

    [GeneratedRegex(@"\p{L}+(?:['\u2019]\p{L}+|(?<=s)['\u2019](?!\p{L}))?")]
    private static partial Regex Words();
}
