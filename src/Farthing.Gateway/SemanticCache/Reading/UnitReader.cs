using Farthing.Gateway.SemanticCache.Lists;

namespace Farthing.Gateway.SemanticCache.Reading;

/// <summary>Finds the unit that stands behind a number.</summary>
internal sealed class UnitReader(GuardLists lists)
{
    private const int ShortestName = 3;

    /// <summary>How many tokens a unit is; 0 where none stands.</summary>
    public int Read(ReadOnlySpan<Token> tokens, int at, out Unit? unit)
    {
        unit = null;
        if (at >= tokens.Length || !tokens[at].IsWord)
        {
            return 0;
        }

        string word = tokens[at].Text;
        if (word.Length >= ShortestName && Numbers.IsOthers(tokens, at))
        {
            // "Three year-old puppies" are three; no thing begins with "cm-".
            return 0;
        }

        if (word == "in" && (at + 1 >= tokens.Length || tokens[at + 1].IsMark))
        {
            word = "inch";
        }

        if (word == "°" && Token.TextAt(tokens, at + 1) is "c" or "f")
        {
            unit = lists.FindUnit("°" + Token.TextAt(tokens, at + 1));
            return unit is null ? 0 : 2;
        }

        unit = lists.FindUnit(word);
        return unit is null ? 0 : 1;
    }
}
