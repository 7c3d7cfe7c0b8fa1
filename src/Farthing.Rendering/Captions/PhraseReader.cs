using System.Text;

namespace Farthing.Rendering.Captions;

/// <summary>Cuts a prompt into phrases. Time is linear in its length.</summary>
internal static class PhraseReader
{
    public static List<Phrase> Read(string prompt, Taxonomy taxonomy)
    {
        List<string> words = Words(prompt);
        var phrases = new List<Phrase>(words.Count);
        var key = new StringBuilder();
        for (int i = 0; i < words.Count;)
        {
            int taken = words[i].Length == 0 ? 0 : Longest(words, i, taxonomy, key, phrases);
            if (taken == 0)
            {
                phrases.Add(words[i].Length == 0 ? new Phrase(PhraseKind.Break, "", null) : new Phrase(PhraseKind.Unknown, words[i], null));
                taken = 1;
            }

            i += taken;
        }

        return phrases;
    }

    private static int Longest(List<string> words, int start, Taxonomy taxonomy, StringBuilder key, List<Phrase> phrases)
    {
        key.Clear();
        (int Count, Phrase Phrase) best = default;
        for (int count = 1; count <= taxonomy.MaxWords && start + count <= words.Count && words[start + count - 1].Length > 0; count++)
        {
            if (count > 1)
            {
                key.Append(' ');
            }

            key.Append(words[start + count - 1]);
            string text = key.ToString();

            // "three-quarter view" and "close-up" are looked up as separate words.
            if (taxonomy.TryFind(text.ToLowerInvariant().Replace('-', ' '), out (PhraseKind Kind, TaxonomyEntry? Entry) found))
            {
                best = (count, new Phrase(found.Kind, text, found.Entry));
            }
        }

        if (best.Count > 0)
        {
            phrases.Add(best.Phrase);
        }

        return best.Count;
    }

    /// <summary>Words as typed, without punctuation around them; an empty one stands for the end of a clause.</summary>
    private static List<string> Words(string prompt)
    {
        var words = new List<string>();
        foreach (string raw in prompt.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries))
        {
            foreach (string piece in SplitClauses(raw))
            {
                string word = piece.Trim('"', '\'', '(', ')', '[', ']', '“', '”', '‘', '’');
                if (piece.Length == 0 || word.Length > 0)
                {
                    words.Add(word);
                }
            }
        }

        return words;
    }

    /// <summary>"mug,red" is two words with a break between; "4.5" and "f/1.8" stay whole.</summary>
    private static IEnumerable<string> SplitClauses(string raw)
    {
        int start = 0;
        for (int i = 0; i < raw.Length; i++)
        {
            bool decimalPoint = raw[i] is '.' or ',' && i > 0 && i + 1 < raw.Length && char.IsAsciiDigit(raw[i - 1]) && char.IsAsciiDigit(raw[i + 1]);
            if (raw[i] is ',' or '.' or ';' or ':' or '!' or '?' or '，' or '。' or '、' or '；' && !decimalPoint)
            {
                if (i > start)
                {
                    yield return raw[start..i];
                }

                yield return "";
                start = i + 1;
            }
        }

        if (start < raw.Length)
        {
            yield return raw[start..];
        }
    }
}
