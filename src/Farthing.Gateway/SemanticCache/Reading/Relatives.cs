using Farthing.Gateway.SemanticCache.Lists;

namespace Farthing.Gateway.SemanticCache.Reading;

/// <summary>
/// Says a clause about a part as a phrase: "a pot whose foot is black" and "a pot that has a black foot" are "a pot with a black foot". Not
/// behind a place: a clause belongs to what stands directly before it ("a pot on a stand whose foot is black"), a phrase may not.
/// </summary>
internal static class Relatives
{
    private const int MaxPart = 3;

    // Behind "that" or "which".
    private static readonly PhraseTable<string> Having = Verbs();

    /// <summary>"That has" is "with", "that has no" is "without".</summary>
    public static List<Token> ReadHaving(List<Token> tokens)
    {
        for (int at = 1; at + 2 < tokens.Count; at++)
        {
            if (!tokens[at].IsWord || tokens[at].Text is not ("that" or "which"))
            {
                continue;
            }

            int used = Having.Match(ahead => at + 1 + ahead < tokens.Count && tokens[at + 1 + ahead].IsWord ? tokens[at + 1 + ahead].Text : null, out string meaning);
            if (used > 0 && at + 1 + used < tokens.Count && !tokens[at + 1 + used].IsMark && IsOfThing(tokens, at))
            {
                tokens.RemoveRange(at, used);
                tokens[at] = Token.Word(meaning);
            }
        }

        return tokens;
    }

    /// <summary>"Whose foot is black"; a clause that says more than one known value of its part is left as it is.</summary>
    /// <param name="tokens">A text whose values are read.</param>
    public static List<Token> ReadWhose(List<Token> tokens)
    {
        for (int at = 1; at < tokens.Count; at++)
        {
            if (!tokens[at].Is("whose") || !IsOfThing(tokens, at))
            {
                continue;
            }

            int verb = at + 1;
            while (verb < tokens.Count && verb - at <= MaxPart && IsOfPart(tokens[verb]))
            {
                verb++;
            }

            if (verb == at + 1 || verb + 1 >= tokens.Count || !tokens[verb].IsWord || tokens[verb].Text is not ("is" or "are") || tokens[verb + 1].Class == ValueClass.None || !Ends(tokens, verb + 2))
            {
                continue;
            }

            Token value = tokens[verb + 1];
            tokens.RemoveRange(verb, 2);
            tokens[at] = Token.Word("with");
            tokens.Insert(at + 1, value);
        }

        return tokens;
    }

    /// <summary>Whether no place stands between the last mark and the clause.</summary>
    private static bool IsOfThing(List<Token> tokens, int at)
    {
        for (int before = at - 1; before >= 0 && !tokens[before].IsMark; before--)
        {
            if (tokens[before].IsWord && tokens[before].Text is not "by" && FunctionWords.Prepositions.Match(ahead => ahead == 0 ? tokens[before].Text : null, out string place) > 0 && FunctionWords.Places.Contains(place))
            {
                return false;
            }
        }

        return !tokens[at - 1].IsMark;
    }

    private static PhraseTable<string> Verbs()
    {
        var table = new PhraseTable<string>();
        foreach (string has in (string[])["has", "have", "comes with", "come with", "is fitted with", "is equipped with"])
        {
            table.Add(has, "with");
        }

        foreach (string lacks in (string[])["has no", "have no", "does not have", "do not have", "doesnt have", "dont have", "lacks", "lack", "comes without", "come without", "has not got", "hasnt got"])
        {
            table.Add(lacks, "without");
        }

        return table;
    }

    private static bool IsOfPart(Token token) => token.IsWord && FunctionWords.Prepositions.Match(ahead => ahead == 0 ? token.Text : null, out _) == 0;

    private static bool Ends(List<Token> tokens, int at) =>
        at == tokens.Count || tokens[at].IsMark
        || (at + 1 < tokens.Count && FunctionWords.Prepositions.Match(ahead => at + ahead < tokens.Count && tokens[at + ahead].IsWord ? tokens[at + ahead].Text : null, out string preposition) is > 0 and int used
            && preposition is not ("not" or "is" or "are") && at + used < tokens.Count && !tokens[at + used].IsMark);
}
