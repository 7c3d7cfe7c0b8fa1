using System.Runtime.InteropServices;

namespace Farthing.Gateway.SemanticCache.Reading;

/// <summary>Numbers that several tokens are: "two dozen", "3/4 inch", "half a litre", "two and a half kilos".</summary>
internal static class Amounts
{
    /// <summary>The same tokens with one number in the place of such an amount.</summary>
    /// <param name="tokens">A text whose number words are figures.</param>
    /// <param name="isUnit">Whether a word is a unit: only before one is a slash a fraction's.</param>
    public static List<Token> Read(List<Token> tokens, Func<string, bool> isUnit)
    {
        for (int at = 0; at < tokens.Count; at++)
        {
            if (Half(tokens, at, isUnit) || (tokens[at].Kind == TokenKind.Number && (Fraction(tokens, at, isUnit) || Dozen(tokens, at) || AndAHalf(tokens, at))))
            {
                // One amount may be a part of the next: "1 1/2 dozen".
                at--;
            }
        }

        return tokens;
    }

    private static bool IsUnit(List<Token> tokens, int at, Func<string, bool> isUnit) =>
        at < tokens.Count && tokens[at].IsWord && (isUnit(tokens[at].Text) || (tokens[at].Text == "in" && (at + 1 == tokens.Count || tokens[at + 1].IsMark)));

    private static bool Replace(List<Token> tokens, int at, int count, decimal value)
    {
        bool isTied = tokens[at].IsTied;
        tokens.RemoveRange(at, count);
        tokens.Insert(at, new Token(TokenKind.Number, Numbers.Text(value)) { IsTied = isTied });
        return true;
    }

    private static bool Half(List<Token> tokens, int at, Func<string, bool> isUnit) =>
        tokens[at].Is("half") && at + 2 < tokens.Count && tokens[at + 1].Text is "a" or "an" && IsUnit(tokens, at + 2, isUnit)
        && Replace(tokens, at, 2, 0.5m);

    /// <summary>Halves to sixty-fourths, which are exact decimals.</summary>
    private static bool Fraction(List<Token> tokens, int at, Func<string, bool> isUnit)
    {
        if (at + 3 >= tokens.Count || !tokens[at + 1].Is("/") || tokens[at + 2].Kind != TokenKind.Number || !IsUnit(tokens, at + 3, isUnit)
            || !Numbers.TryRead(tokens[at].Text, out decimal over) || !Numbers.TryRead(tokens[at + 2].Text, out decimal under)
            || under is not (2 or 4 or 8 or 16 or 32 or 64) || over >= under)
        {
            return false;
        }

        decimal value = over / under;
        // "Two 1/2 inch bolts" are two; "2 1/2 inch" is one measure.
        if (at > 0 && tokens[at - 1].Kind == TokenKind.Number && !tokens[at - 1].IsSpelt && tokens[at - 1].Text.All(char.IsAsciiDigit) && Numbers.TryRead(tokens[at - 1].Text, out decimal whole))
        {
            return Replace(tokens, at - 1, 4, whole + value);
        }

        return Replace(tokens, at, 3, value);
    }

    private static bool Dozen(List<Token> tokens, int at) =>
        at + 1 < tokens.Count && tokens[at + 1].Text is "dozen" or "dozens" && !Numbers.IsOthers(CollectionsMarshal.AsSpan(tokens), at + 1) && Numbers.TryRead(tokens[at].Text, out decimal number) && number < 1_000_000
        && Replace(tokens, at, 2, 12 * number);

    private static bool AndAHalf(List<Token> tokens, int at) =>
        at + 3 < tokens.Count && tokens[at + 1].Is("and") && tokens[at + 2].Text is "a" or "1" && tokens[at + 3].Is("half") && !Numbers.IsOthers(CollectionsMarshal.AsSpan(tokens), at + 3)
        && Numbers.TryRead(tokens[at].Text, out decimal number) && number < 1_000_000
        && Replace(tokens, at, 4, number + 0.5m);
}
