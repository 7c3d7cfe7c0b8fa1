using Farthing.Gateway.SemanticCache.Words;

namespace Farthing.Gateway.SemanticCache.Lists;

/// <summary>Every word that some list knows, and the way back to it from a slip of the pen.</summary>
internal sealed class Vocabulary
{
    private readonly HashSet<string> _words = new(StringComparer.Ordinal);
    private readonly Dictionary<string, List<string>> _byDeletion = new(StringComparer.Ordinal);

    /// <summary>Adds a word.</summary>
    public void Add(string word)
    {
        if (!_words.Add(word) || !Slip.IsLetters(word) || word.Length < Slip.MinLetters - 1)
        {
            return;
        }

        Index(word, word);
        for (int at = 0; at < word.Length; at++)
        {
            Index(word.Remove(at, 1), word);
        }
    }

    /// <summary>Whether a word is in a list or in the English dictionary, and so is no slip of the pen.</summary>
    public bool IsKnown(string word) => _words.Contains(word) || EnglishWords.Instance.Contains(word);

    /// <summary>The one word of the lists that one slip leads to from an unknown word; null where there is none, or more than one.</summary>
    public string? Mend(string word)
    {
        if (word.Length < Slip.MinLetters - 1 || !Slip.IsLetters(word) || IsKnown(word))
        {
            return null;
        }

        string? only = null;
        for (int at = -1; at < word.Length; at++)
        {
            if (!_byDeletion.TryGetValue(at < 0 ? word : word.Remove(at, 1), out var near))
            {
                continue;
            }

            foreach (string candidate in near)
            {
                if (candidate != only && Slip.Between(word, candidate))
                {
                    if (only is not null)
                    {
                        return null;
                    }

                    only = candidate;
                }
            }
        }

        return only;
    }

    private void Index(string key, string word)
    {
        if (!_byDeletion.TryGetValue(key, out var words))
        {
            _byDeletion[key] = words = [];
        }

        words.Add(word);
    }
}
