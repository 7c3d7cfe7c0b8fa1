using Farthing.Gateway.SemanticCache.Lists;
using Farthing.Gateway.SemanticCache.Reading;
using Farthing.Gateway.SemanticCache.Words;

namespace Farthing.Gateway.SemanticCache.Comparing;

/// <summary>Finds the words that only one of two texts has, and excuses those that a slip or a gap explains.</summary>
internal sealed class WordMatch(Vocabulary vocabulary)
{
    /// <summary>Words of <paramref name="one"/> that are not in <paramref name="other"/>, as often as they are missing.</summary>
    public static List<Token> Missing(List<Token> one, List<Token> other)
    {
        var left = new List<Token>(other);
        var missing = new List<Token>();
        foreach (Token token in one)
        {
            int at = left.FindIndex(candidate => candidate.Kind == token.Kind && candidate.Text == token.Text);
            if (at >= 0)
            {
                left.RemoveAt(at);
            }
            else
            {
                missing.Add(token);
            }
        }

        return missing;
    }

    /// <summary>Pairs the rest of two texts by slips of the pen.</summary>
    /// <param name="one">Words that only the first has; those that are paired are taken out.</param>
    /// <param name="other">Words that only the second has; the same.</param>
    /// <returns>What an unknown word of either is read as.</returns>
    public Dictionary<string, Token> Pair(List<Token> one, List<Token> other)
    {
        var read = new Dictionary<string, Token>(StringComparer.Ordinal);
        for (int at = one.Count - 1; at >= 0; at--)
        {
            Token token = one[at];
            int slip = other.FindIndex(candidate => IsSlip(token, candidate));
            if (slip >= 0)
            {
                // Towards the word that is known, so that the order of the two texts does not matter.
                (Token slipped, Token meant) = vocabulary.IsKnown(token.Text) ? (other[slip], token) : (token, other[slip]);
                read[slipped.Text] = meant;
                other.RemoveAt(slip);
                one.RemoveAt(at);
            }
        }

        return read;
    }

    /// <summary>One slip, and exactly one of the two is a word at all: two words, or two that nobody knows, differ.</summary>
    private bool IsSlip(Token one, Token other) =>
        one.IsWord && other.IsWord && Slip.IsLetters(one.Text) && Slip.IsLetters(other.Text) && Slip.Between(one.Text, other.Text)
        && vocabulary.IsKnown(one.Text) != vocabulary.IsKnown(other.Text);
}
