namespace Farthing.Diffusion.Tokenizers.Unicode;

/// <summary>
/// Unicode Normalization Form C (UAX #15). <see cref="string.Normalize()"/> needs the ICU library: under invariant
/// globalization, which this software runs with, it gives the text back as it was.
/// </summary>
internal static class CanonicalComposition
{
    // Hangul syllables are arithmetic: The Unicode Standard, section 3.12.
    private const int SyllableBase = 0xAC00;
    private const int LeadBase = 0x1100;
    private const int VowelBase = 0x1161;
    private const int TailBase = 0x11A7;
    private const int LeadCount = 19;
    private const int VowelCount = 21;
    private const int TailCount = 28;
    private const int SyllableCount = LeadCount * VowelCount * TailCount;

    /// <summary>No code point up to this one changes, or combines with another of them.</summary>
    private const char LastHarmless = '\u02FF';

    public static bool IsCertainlyComposed(ReadOnlySpan<char> text) =>
        !text.ContainsAnyExceptInRange('\0', LastHarmless);

    /// <summary>Writes the text's form C as code points; unpaired surrogates become U+FFFD.</summary>
    public static void Compose(ReadOnlySpan<char> text, List<int> result)
    {
        result.Clear();
        foreach (var rune in text.EnumerateRunes())
        {
            Decompose(rune.Value, result);
        }

        SortMarks(result);
        JoinPairs(result);
    }

    /// <summary>Writes the full canonical decomposition of a code point, its marks unsorted.</summary>
    public static void Decompose(int codePoint, List<int> result)
    {
        int syllable = codePoint - SyllableBase;
        if (syllable is >= 0 and < SyllableCount)
        {
            result.Add(LeadBase + (syllable / (VowelCount * TailCount)));
            result.Add(VowelBase + (syllable / TailCount % VowelCount));
            if (syllable % TailCount is var tail and not 0)
            {
                result.Add(TailBase + tail);
            }
        }
        else if (CanonicalTables.Instance.TryDecompose(codePoint, out var parts))
        {
            Decompose(parts.First, result);
            if (parts.Second != 0)
            {
                Decompose(parts.Second, result);
            }
        }
        else
        {
            result.Add(codePoint);
        }
    }

    /// <summary>Sorts each run of combining marks by class, keeping the order within a class.</summary>
    private static void SortMarks(List<int> points)
    {
        var tables = CanonicalTables.Instance;
        for (int i = 0; i < points.Count; i++)
        {
            int start = i;
            bool sorted = true;
            for (int last = 0; i < points.Count && tables.ClassOf(points[i]) is var mark and not 0; i++)
            {
                sorted &= mark >= last;
                last = mark;
            }

            if (!sorted)
            {
                // OrderBy is stable, and is not quadratic for a hostile run of marks.
                int[] run = [.. points.GetRange(start, i - start).OrderBy(tables.ClassOf)];
                for (int k = 0; k < run.Length; k++)
                {
                    points[start + k] = run[k];
                }
            }
        }
    }

    private static void JoinPairs(List<int> points)
    {
        int written = 0;
        int starter = -1;
        int lastClass = 0;
        for (int i = 0; i < points.Count; i++)
        {
            int point = points[i];
            int mark = CanonicalTables.Instance.ClassOf(point);
            bool reachesStarter = starter >= 0 && (starter == written - 1 || (lastClass != 0 && lastClass < mark));
            if (reachesStarter && TryJoin(points[starter], point, out int joined))
            {
                points[starter] = joined;
                continue;
            }

            starter = mark == 0 ? written : starter;
            lastClass = mark;
            points[written++] = point;
        }

        points.RemoveRange(written, points.Count - written);
    }

    private static bool TryJoin(int first, int second, out int joined)
    {
        if (first - LeadBase is var lead and >= 0 and < LeadCount
            && second - VowelBase is var vowel and >= 0 and < VowelCount)
        {
            joined = SyllableBase + (((lead * VowelCount) + vowel) * TailCount);
            return true;
        }

        int syllable = first - SyllableBase;
        if (syllable is >= 0 and < SyllableCount && syllable % TailCount == 0
            && second - TailBase is var tail and > 0 and < TailCount)
        {
            joined = first + tail;
            return true;
        }

        return CanonicalTables.Instance.TryCompose(first, second, out joined);
    }
}
