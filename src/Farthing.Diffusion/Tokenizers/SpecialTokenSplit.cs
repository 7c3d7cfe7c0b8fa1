namespace Farthing.Diffusion.Tokenizers;

/// <summary>Cuts special tokens out of a text: the leftmost first, of several at one place the longest.</summary>
internal static class SpecialTokenSplit
{
    /// <summary>The parts in order; a special token comes with its id, the text between without. Empty text is left out.</summary>
    public static IEnumerable<(string Part, int? Id)> Split(string text, IReadOnlyDictionary<string, int> specials)
    {
        var byFirst = specials.Keys.Where(t => t.Length > 0).ToLookup(t => t[0]);
        int from = 0;
        for (int at = 0; at < text.Length; at++)
        {
            string? token = byFirst[text[at]]
                .Where(t => text.AsSpan(at).StartsWith(t, StringComparison.Ordinal))
                .MaxBy(t => t.Length);
            if (token is null)
            {
                continue;
            }

            if (at > from)
            {
                yield return (text[from..at], null);
            }

            yield return (token, specials[token]);
            from = at + token.Length;
            at = from - 1;
        }

        if (from < text.Length)
        {
            yield return (text[from..], null);
        }
    }
}
