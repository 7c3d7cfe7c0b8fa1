namespace Farthing.Gateway.SemanticCache.Lists;

/// <summary>Phrases of one word or more, each with what it stands for; the longest that fits is found.</summary>
/// <typeparam name="T">What a phrase stands for.</typeparam>
internal sealed class PhraseTable<T>
{
    private readonly Dictionary<string, List<(string[] Words, T Meaning)>> _byFirst = new(StringComparer.Ordinal);

    /// <summary>Every phrase.</summary>
    public IEnumerable<(string[] Words, T Meaning)> All => _byFirst.Values.SelectMany(static phrases => phrases);

    /// <summary>Adds a phrase; a later one with the same words stands for the later meaning.</summary>
    public void Add(string phrase, T meaning)
    {
        string[] words = phrase.Split(' ', StringSplitOptions.RemoveEmptyEntries);
        if (!_byFirst.TryGetValue(words[0], out var phrases))
        {
            _byFirst[words[0]] = phrases = [];
        }

        phrases.RemoveAll(known => known.Words.AsSpan().SequenceEqual(words));
        int at = phrases.FindIndex(known => known.Words.Length < words.Length);
        phrases.Insert(at < 0 ? phrases.Count : at, (words, meaning));
    }

    /// <summary>The longest phrase that begins at a place of a text.</summary>
    /// <param name="word">The text's word at a distance from that place; null where no word is.</param>
    /// <param name="meaning">What the phrase stands for.</param>
    /// <returns>The number of words; 0 where no phrase begins.</returns>
    public int Match(Func<int, string?> word, out T meaning)
    {
        if (word(0) is { } first && _byFirst.TryGetValue(first, out var phrases))
        {
            foreach (var (words, found) in phrases)
            {
                int at = 1;
                while (at < words.Length && word(at) == words[at])
                {
                    at++;
                }

                if (at == words.Length)
                {
                    meaning = found;
                    return at;
                }
            }
        }

        meaning = default!;
        return 0;
    }
}
