namespace Farthing.Gateway.SemanticCache.Reading;

/// <summary>How many are sold together: "set of two", "2-pack"; "3 packs" is how many of these, and "3-packs" several of them.</summary>
internal static class Packs
{
    private static readonly HashSet<string> Names = new(StringComparer.Ordinal)
    {
        "pack", "set", "box", "packet", "case", "bag", "bundle", "pair", "carton", "crate", "tin", "tray", "roll", "lot", "multipack", "package",
    };

    /// <summary>Reads the pack at the head of a list.</summary>
    /// <returns>How many tokens it is; 0 for none.</returns>
    public static int Read(ReadOnlySpan<Token> tokens, out Token token)
    {
        token = default;

        // "Sold in a pack of 3", "sold as a set of 2".
        if (tokens.Length > 4 && tokens[0].Is("sold") && tokens[1].IsWord && tokens[1].Text is "in" or "as" && tokens[2].Is("a") && Read(tokens[3..], out token) is > 0 and int sold)
        {
            return 3 + sold;
        }

        if (tokens.Length > 3 && tokens[0].Is("pack") && tokens[1].Is("size") && tokens[2].IsMarkOf(":") && tokens[3].Kind == TokenKind.Number)
        {
            token = new Token(TokenKind.Count, tokens[3].Text + " pack");
            return 4;
        }

        // "In a pack of 3" is what "pack of 3" is; in a box is also a place.
        int of = tokens[0].Is("in") && Token.TextAt(tokens, 1) is "a" ? 2 : 0;
        if (of > 0 && Token.TextAt(tokens, of) is "pack" or "set" or "bundle" or "multipack" && Read(tokens[of..], out token) is > 0 and int inner)
        {
            return of + inner;
        }

        if (of > 0 && tokens.Length > of + 1 && tokens[of].Kind == TokenKind.Number && Read(tokens[of..], out token) is > 0 and int counted)
        {
            return of + counted;
        }

        if (tokens.Length >= 3 && tokens[0].IsWord && Names.Contains(tokens[0].Text) && tokens[1].Is("of") && tokens[2].Kind == TokenKind.Number)
        {
            token = new Token(TokenKind.Count, tokens[2].Text + " " + tokens[0].Text);
            return 3;
        }

        if (tokens.Length >= 2 && tokens[0].Kind == TokenKind.Number && tokens[1].IsWord && tokens[1].Text is "pack" or "packs" && !Numbers.IsOthers(tokens, 1) && !(tokens[1].IsTied && tokens[1].Text == "packs"))
        {
            token = new Token(TokenKind.Count, tokens[0].Text + " " + tokens[1].Text);

            // "A 3-pack of pens" is "pens, 3-pack".
            return tokens[1].Text == "pack" && Token.TextAt(tokens, 2) == "of" && tokens.Length > 3 && tokens[3].IsWord ? 3 : 2;
        }

        return 0;
    }
}
