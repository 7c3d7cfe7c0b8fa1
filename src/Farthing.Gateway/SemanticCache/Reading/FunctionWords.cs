using Farthing.Gateway.SemanticCache.Lists;

namespace Farthing.Gateway.SemanticCache.Reading;

/// <summary>The closed classes of English that say how words belong together, and the languages.</summary>
internal static class FunctionWords
{
    /// <summary>Words that deny.</summary>
    public static readonly HashSet<string> Negations = new(StringComparer.Ordinal)
    {
        "without", "no", "not", "never", "none", "nor", "neither", "dont", "doesnt", "isnt", "arent", "wont", "cant", "cannot", "didnt", "sans",
        "lacking", "excluding", "except", "minus", "non", "nothing", "wasnt", "shouldnt", "avoid", "omit", "remove", "removed",
    };

    /// <summary>Articles: a text is the same without them.</summary>
    public static readonly HashSet<string> Articles = new(StringComparer.Ordinal) { "a", "an", "the" };

    /// <summary>Words that "a" says something of: "a few" and "few", "a third" and "the third".</summary>
    public static readonly HashSet<string> Counted = new(StringComparer.Ordinal) { "few", "little", "number", "second", "third", "quarter", "fifth", "tenth", "only", "most" };

    /// <summary>Verbs that say how much something matters.</summary>
    public static readonly HashSet<string> Modals = new(StringComparer.Ordinal) { "can", "could", "should", "will", "would" };

    /// <summary>Whom or what they say it of: "you should", "it could".</summary>
    public static readonly HashSet<string> Addressed = new(StringComparer.Ordinal) { "you", "it", "this", "that", "they", "these", "text", "caption", "description", "prompt" };

    /// <summary>Words that stand before the verb of a request: "please write", "could you write".</summary>
    public static readonly HashSet<string> Asking = new(StringComparer.Ordinal) { "please", "could", "can", "would", "will", "you" };

    /// <summary>What stands for a thing that was named.</summary>
    public static readonly HashSet<string> Pronouns = new(StringComparer.Ordinal) { "it", "them", "top" };

    /// <summary>Words that say in which order things come or happen: with one of them, the order of a text is a statement.</summary>
    public static readonly HashSet<string> Ordering = new(StringComparer.Ordinal)
    {
        "then", "first", "firstly", "second", "secondly", "third", "last", "lastly", "next", "later", "finally", "before", "after", "afterwards", "earlier",
        "former", "latter", "respectively", "followed", "preceded", "until", "step", "becomes", "becoming", "swap", "swapped", "versus", "than",
    };

    /// <summary>Answer languages.</summary>
    public static readonly HashSet<string> Languages = new(StringComparer.Ordinal)
    {
        "english", "german", "french", "spanish", "italian", "dutch", "polish", "portuguese", "japanese", "chinese", "mandarin", "cantonese", "korean",
        "arabic", "hebrew", "hindi", "turkish", "russian", "ukrainian", "czech", "slovak", "hungarian", "romanian", "bulgarian", "greek", "swedish",
        "norwegian", "danish", "finnish", "icelandic", "estonian", "latvian", "lithuanian", "croatian", "serbian", "slovenian", "slovene",
        "vietnamese", "thai", "indonesian", "malay", "tagalog", "filipino", "welsh", "irish", "catalan", "basque", "galician", "latin", "persian",
        "farsi", "urdu", "bengali", "punjabi", "tamil", "telugu", "swahili", "afrikaans", "esperanto", "albanian", "macedonian", "bosnian", "georgian",
        "armenian", "flemish", "maltese", "mongolian", "nepali",
    };

    /// <summary>Prepositions and what each is compared as.</summary>
    public static readonly PhraseTable<string> Prepositions = Table();

    /// <summary>Those that say where a thing is.</summary>
    public static readonly HashSet<string> Places = new(StringComparer.Ordinal)
    {
        "on", "in", "at", "by", "inside", "holding", "left", "right", "front", "behind", "under", "above", "beside", "near", "against", "around",
        "between", "among", "over", "through", "along", "across", "outside", "off",
    };

    /// <summary>Materials that things are made in and nothing stands in: "a chair in oak". Not glass, porcelain, straw, wool or bamboo.</summary>
    public static readonly HashSet<string> Shaped = new(StringComparer.Ordinal)
    {
        "oak", "walnut", "teak", "beech", "maple", "mahogany", "ebony", "rosewood", "acacia", "steel", "stainless steel", "iron", "cast iron", "brass", "copper", "bronze", "aluminium",
        "titanium", "pewter", "chrome", "nickel",
    };

    /// <summary>Relations that read the other way round with the two things swapped.</summary>
    public static readonly Dictionary<string, string> Inverses = new(StringComparer.Ordinal)
    {
        ["right"] = "left",
        ["behind"] = "front",
        ["holding"] = "inside",
        ["above"] = "under",
    };

    /// <summary>Words of this class that a slip of the pen is mended to.</summary>
    public static IEnumerable<string> Mended =>
        Prepositions.All.SelectMany(static phrase => phrase.Words).Concat(Negations).Concat(Languages).Where(static word => word.Length >= 5).Distinct();

    private static PhraseTable<string> Table()
    {
        var table = new PhraseTable<string>();
        foreach (string same in (ReadOnlySpan<string>)
            ["on", "in", "with", "without", "at", "by", "for", "of", "from", "to", "into", "onto", "inside", "holding", "behind", "under", "above", "over",
             "near", "against", "around", "between", "among", "through", "along", "across", "outside", "off", "out", "up", "down", "about", "as", "like",
             "than", "per", "via", "during", "after", "before", "within", "toward", "past", "beyond", "opposite", "amid", "throughout", "despite",
             "since", "until", "regarding", "wearing", "carrying", "covering", "facing", "while", "that", "which", "who", "is", "are", "has", "have",
             "being", "not", "never", "plus", "versus", "where"])
        {
            table.Add(same, same);
        }

        foreach (string negation in Negations)
        {
            table.Add(negation, "not");
        }

        table.Add("without", "without");
        foreach (var (phrase, meaning) in ((string, string)[])
            [
                ("beside", "beside"), ("next to", "beside"), ("alongside", "beside"), ("adjacent to", "beside"), ("side by side with", "beside"),
                ("to the left of", "left"), ("left of", "left"), ("on the left of", "left"), ("on the left side of", "left"), ("to the left side of", "left"),
                ("to the right of", "right"), ("right of", "right"), ("on the right of", "right"), ("on the right side of", "right"),
                ("to the right side of", "right"), ("in front of", "front"), ("in the back of", "behind"), ("at the back of", "behind"), ("in back of", "behind"),
                ("inside of", "inside"), ("containing", "holding"), ("on top of", "on"), ("atop", "on"), ("upon", "on"), ("underneath", "under"),
                ("beneath", "under"), ("below", "under"), ("amongst", "among"), ("towards", "toward"), ("close to", "near"), ("outside of", "outside"),
                ("made of", "made of"), ("made from", "made of"), ("made out of", "made of"),
                ("crafted from", "made of"), ("crafted out of", "made of"), ("crafted in", "made of"), ("constructed from", "made of"), ("constructed of", "made of"), ("fashioned from", "made of"),
                ("fashioned out of", "made of"), ("manufactured from", "made of"), ("produced from", "made of"), ("built from", "made of"), ("built of", "made of"),
                ("made by", "made by"), ("crafted by", "made by"), ("manufactured by", "made by"), ("produced by", "made by"), ("out of", "out of"), ("instead of", "instead of"),
            ])
        {
            table.Add(phrase, meaning);
        }

        return table;
    }
}
