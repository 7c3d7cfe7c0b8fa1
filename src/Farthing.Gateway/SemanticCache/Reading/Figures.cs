using System.Runtime.InteropServices;

namespace Farthing.Gateway.SemanticCache.Reading;

/// <summary>Writes a text's number words in figures, and the ordinals of days.</summary>
internal static class Figures
{
    /// <summary>The same tokens with a number where a number's words were.</summary>
    public static List<Token> Read(List<Token> tokens)
    {
        var figures = new List<Token>(tokens.Count);
        for (int at = 0; at < tokens.Count;)
        {
            decimal value = 0;
            ReadOnlySpan<Token> rest = CollectionsMarshal.AsSpan(tokens)[at..];
            if (rest[0].Is("half") && rest.Length > 2 && rest[1].Text is "a" or "an" && rest[2].Text == "dozen")
            {
                figures.Add(new Token(TokenKind.Number, "6"));
                at += 3;
                continue;
            }

            if (Dates.DayOf(tokens, at) is { } day)
            {
                figures.Add(new Token(TokenKind.Number, day));
                at++;
                continue;
            }

            int used = rest[0].Is("dozen") && figures is [.., { Kind: TokenKind.Number }] ? 0 : Numbers.ReadWords(rest, out value);
            figures.Add(used > 0 ? new Token(TokenKind.Number, Numbers.Text(value)) { IsTied = rest[0].IsTied, IsSpelt = true } : rest[0]);
            at += Math.Max(used, 1);
        }

        return figures;
    }
}
