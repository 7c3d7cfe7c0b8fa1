using System.Text;
using System.Text.RegularExpressions;
using Farthing.Gateway.SemanticCache.Lists;

namespace Farthing.Gateway.SemanticCache.Reading;

/// <summary>
/// Takes what is to be printed, engraved or said out of a text, before anything of it is excused: it is compared letter by letter. That
/// is a quotation, unless it wraps the request, and what words such as "that says" announce.
/// </summary>
internal sealed partial class PrintedText(GuardLists lists)
{
    /// <summary>What stands in the place of such a text.</summary>
    public const char Place = '\ue000';

    private const int MaxLetters = 400;

    // Before a quotation or a colon they announce what is printed.
    private static readonly HashSet<string> Printing = new(StringComparer.Ordinal)
    {
        "word", "words", "says", "say", "saying", "reads", "reading", "lettering", "letters", "letter", "inscription", "inscribed", "engraving", "engraved", "motto", "initials",
        "printed", "print", "imprint", "labelled", "labeled", "marked", "lettered", "embroidered", "stamped", "spells", "spelling",
    };

    // The same, but they may as well name the request's own text: "rewrite this text: …".
    private static readonly HashSet<string> Texts = new(StringComparer.Ordinal) { "text", "slogan", "message", "phrase", "name", "quote", "tagline", "title", "wording" };

    /// <summary>The text with one sign in the place of each printed one.</summary>
    /// <param name="text">The text as it was written.</param>
    /// <param name="printed">The printed ones, in their order.</param>
    public string Take(string text, out List<string> printed)
    {
        printed = [];
        string quoted = Quoted(text.Replace(Place, '\ufffd'), printed);
        return Announced(quoted, printed);
    }

    private string Quoted(string text, List<string> printed)
    {
        var open = new StringBuilder(text.Length);
        for (int at = 0; at < text.Length;)
        {
            int end = Closing(text, at);
            if (end > 0 && !IsWrapper(text, at, end))
            {
                printed.Add(text[(at + 1)..end]);
                open.Append(Place);
                at = end + 1;
            }
            else
            {
                // A wrapper's quotes are read away later; what it wraps may have quotations of its own.
                open.Append(text[at++]);
            }
        }

        return open.ToString();
    }

    /// <summary>Where the quotation that a place opens is closed; 0 where it opens none.</summary>
    private static int Closing(string text, int at)
    {
        string closers = text[at] switch
        {
            '"' => "\"",
            '\u201c' => "\u201d",
            '\u201e' => "\u201c\u201d",
            '\u00ab' => "\u00bb",
            '\'' => "'",
            '\u2018' => "\u2019",
            _ => "",
        };
        if (closers.Length == 0 || at + 2 >= text.Length || char.IsWhiteSpace(text[at + 1]) || (at > 0 && (char.IsLetterOrDigit(text[at - 1]) || text[at - 1] == Place)))
        {
            return 0;
        }

        for (int end = at + 2; end < text.Length && end - at <= MaxLetters && text[end] is not ('\n' or '\r'); end++)
        {
            if (closers.Contains(text[end], StringComparison.Ordinal) && !char.IsWhiteSpace(text[end - 1]) && (end + 1 == text.Length || !char.IsLetterOrDigit(text[end + 1])))
            {
                return end;
            }
        }

        return 0;
    }

    /// <summary>
    /// Whether a quotation only holds a request, or a value of it: nothing but words of the job, a label or an opening brace stands before
    /// it, and no word follows it closely.
    /// </summary>
    private bool IsWrapper(string text, int start, int end)
    {
        ReadOnlySpan<char> before = text.AsSpan(0, start).TrimEnd();
        ReadOnlySpan<char> after = text.AsSpan(end + 1).TrimStart();
        bool isField = before.Length > 0 && (before[^1] is '{' or '[' or '(' or ',' or ':' or '=') && before.IndexOfAny("{[(") >= 0 && !(after.Length > 0 && char.IsLetterOrDigit(after[0]));
        string[] words = [.. Words().Matches(before.ToString()).Select(static word => word.Value.ToLowerInvariant())];
        bool isAnnounced = before.Length > 0 && before[^1] is ':' or '=';
        if (isField && before.IndexOfAny("{[") >= 0)
        {
            return after.Length > 0 && after[0] == ':' || !isAnnounced || words.Length == 0 || !IsPrinting(words, "");
        }

        bool isFollowed = after.Length > 0 && (char.IsLetterOrDigit(after[0]) || after[0] == Place) && text[end + 1] != '\n';
        if (isFollowed && !Words().Matches(after.ToString()).All(word => IsOfJob(word.Value.ToLowerInvariant())))
        {
            return false;
        }

        if (words.Length > 0 && isAnnounced && lists.Labels.Match(ahead => ahead == 0 ? words[^1] : null, out _) == 1)
        {
            return !IsPrinting(words, ":");
        }

        return Array.TrueForAll(words, IsOfJob) && (words.Length == 0 || !IsPrinting(words, isAnnounced ? ":" : " "));
    }

    private bool IsOfJob(string word) =>
        lists.Task.All.Contains(word) || lists.CourtesyCore.Contains(word) || lists.CourtesyOther.Contains(word) || FunctionWords.Languages.Contains(word)
        || (lists.Vocabulary.Mend(word) is { } mended && lists.Task.All.Contains(mended))
        || (lists.Abbreviations.TryGetValue(word, out string[]? full) && Array.TrueForAll(full, lists.Task.All.Contains));

    /// <summary>Whether the last word announces print: "with the text", "saying", but not "rewrite this text:".</summary>
    private static bool IsPrinting(string[] words, string mark) =>
        Printing.Contains(words[^1])
        || (Texts.Contains(words[^1]) && (mark.Length == 0 || (mark == " " && words.Length > 1 && words[^2] is "the" or "with" or "a" or "an" or "of" or "its")));

    /// <summary>What words announce without quotes: up to the clause's end.</summary>
    private string Announced(string text, List<string> printed)
    {
        var spans = new List<(int Start, int End, string Text)>();
        foreach (Match match in Announcing().Matches(text))
        {
            Group said = match.Groups["said"];
            string[] before = [.. Words().Matches(text[..match.Index]).Select(static word => word.Value.ToLowerInvariant())];
            bool isJob = match.Groups["label"].Success && Array.TrueForAll(before, IsOfJob);
            if (!isJob && said.Value.Trim().Length > 0 && !said.Value.Contains(Place, StringComparison.Ordinal) && (spans.Count == 0 || spans[^1].End <= said.Index))
            {
                spans.Add((said.Index, said.Index + said.Length, said.Value));
            }
        }

        if (spans.Count == 0)
        {
            return text;
        }

        var open = new StringBuilder(text.Length);
        int at = 0;
        int quoted = 0;
        foreach ((int start, int end, string said) in spans)
        {
            open.Append(text, at, start - at).Append(Place);
            quoted += text.AsSpan(at, start - at).Count(Place);
            printed.Insert(quoted++, said);
            at = end;
        }

        return open.Append(text, at, text.Length - at).ToString();
    }

    [GeneratedRegex(@"[\p{L}\p{N}]+(?:['\u2019][\p{L}]+)?")]
    private static partial Regex Words();

    // "Reading" and "print" without a mark are things: a reading lamp.
    [GeneratedRegex(
        @"\b(?:the\s+(?:word|letter)\s+(?<said>[^\s,;:()""]+)"
        + @"|(?:the\s+(?:words|letters|initials|phrase|message|motto|inscription|lettering|name|slogan|quote)|with\s+the\s+text|says|saying|reads|spells)\s+(?!(?:for|of|in|on|at|is|are|as|to|should|must|with|and|or|from|by|that|which|like)\b)(?<said>[^,;:()\n\r|""]+?)(?=\.?\s*(?:[,;:()\n\r|""]|$)|\.\s)"
        + @"|(?:says|saying|reads|reading|spells|the\s+words|the\s+letters|initials|motto|inscription|lettering|engraving|imprint)\s*:\s*(?<said>[^;\n\r|]+)"
        + @"|(?<label>slogan|text|message|phrase|wording)\s*:\s*(?<said>[^;\n\r|]+)"
        + @"|(?:[Ee]ngraved|[Ll]abell?ed|[Ii]nscribed|[Mm]onogrammed|[Ll]ettered|[Mm]arked)\s+(?:with\s+)?(?<said>(?-i:\p{Lu})[^,;:()\n\r|""]*?)(?=\.?\s*(?:[,;:()\n\r|""]|$)|\.\s))",
        RegexOptions.IgnoreCase | RegexOptions.CultureInvariant)]
    private static partial Regex Announcing();
}
