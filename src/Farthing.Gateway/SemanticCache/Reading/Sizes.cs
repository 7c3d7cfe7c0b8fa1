namespace Farthing.Gateway.SemanticCache.Reading;

/// <summary>Sizes of clothes and shoes: "size L", "size: extra small", "EU 38".</summary>
internal sealed class Sizes(UnitReader units)
{
    private static readonly Dictionary<string, string> Letters = new(StringComparer.Ordinal)
    {
        ["xs"] = "xs",
        ["s"] = "s",
        ["m"] = "m",
        ["l"] = "l",
        ["xl"] = "xl",
        ["xxl"] = "2xl",
        ["xxxl"] = "3xl",
        ["xxs"] = "2xs",
        ["small"] = "s",
        ["medium"] = "m",
        ["large"] = "l",
        ["2xl"] = "2xl",
        ["3xl"] = "3xl",
        ["4xl"] = "4xl",
        ["2xs"] = "2xs",
    };

    /// <summary>Reads the size at the head of a list.</summary>
    /// <returns>How many tokens it is; 0 for none.</returns>
    public int Read(ReadOnlySpan<Token> tokens, out Token token)
    {
        token = default;
        int at = tokens[0].Is("eu") ? 1 : 0;
        if (Token.TextAt(tokens, at) == "size")
        {
            at++;
        }
        else if (at == 0 || at >= tokens.Length || tokens[at].Kind != TokenKind.Number)
        {
            return 0;
        }

        at += at < tokens.Length && tokens[at].IsMarkOf(":") ? 1 : 0;
        at += Token.TextAt(tokens, at) == "eu" ? 1 : 0;
        if (at >= tokens.Length || tokens[at].IsMark)
        {
            return 0;
        }

        bool isExtra = tokens[at].Text is "extra" or "x";
        if (isExtra && Token.TextAt(tokens, at + 1) is "small" or "large" or "s" or "l")
        {
            token = new Token(TokenKind.Size, "size x" + Token.TextAt(tokens, at + 1)[0]);
            return at + 2;
        }

        if (tokens[at].IsWord && Letters.TryGetValue(tokens[at].Text, out string? letter))
        {
            token = new Token(TokenKind.Size, "size " + letter);
            return at + 1;
        }

        if (tokens[at].Kind == TokenKind.Number && units.Read(tokens, at + 1, out _) == 0 && Token.TextAt(tokens, at + 1) is not ("x" or "by" or "-" or "/"))
        {
            token = new Token(TokenKind.Size, "size " + tokens[at].Text);
            return at + 1;
        }

        return 0;
    }
}
