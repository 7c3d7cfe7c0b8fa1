using System.Runtime.InteropServices;
using Farthing.Gateway.SemanticCache.Lists;

namespace Farthing.Gateway.SemanticCache.Reading;

/// <summary>
/// Makes one token of each number with its unit, in the unit's base and exactly; of "set of two" and "2-pack"; of
/// "ages 3+"; and of a size.
/// </summary>
internal sealed class Measures(GuardLists lists)
{
    private static readonly HashSet<string> AgeWords = new(StringComparer.Ordinal) { "age", "ages", "aged" };
    private static readonly Dictionary<string, string> SizeWords = new(StringComparer.Ordinal)
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

    private static readonly HashSet<string> Packs = new(StringComparer.Ordinal)
    {
        "pack", "set", "box", "packet", "case", "bag", "bundle", "pair", "carton", "crate", "tin", "tray", "roll", "lot", "multipack", "package",
    };

    /// <summary>Reads the tokens of a text from left to right.</summary>
    public List<Token> Read(List<Token> tokens)
    {
        List<Token> plain = Amounts.Read(InFigures(tokens), word => lists.FindUnit(word) is not null);
        var read = new List<Token>(plain.Count);
        for (int at = 0; at < plain.Count;)
        {
            ReadOnlySpan<Token> rest = CollectionsMarshal.AsSpan(plain)[at..];
            int used = ReadSize(rest, out Token token);
            used = used > 0 ? used : ReadAge(rest, out token);
            used = used > 0 ? used : ReadPack(rest, out token);
            used = used > 0 ? used : Dates.Read(rest, out token);
            used = used > 0 ? used : ReadPrice(rest, out token);
            used = used > 0 ? used : ReadMeasure(rest, out token);
            if (used == 0)
            {
                token = IsRange(plain, at) ? Token.Word("to") : rest[0];
                used = 1;
            }

            read.Add(token);
            at += used;
        }

        return read;
    }

    /// <summary>A hyphen between two numbers, the greater one last, and no third: "10-12" is "10 to 12", and "2026-11-29" a date.</summary>
    private static bool IsRange(List<Token> tokens, int at)
    {
        bool Joins(int place) => place >= 0 && place < tokens.Count && tokens[place].IsWord && tokens[place].Text is "-" or "/" or "x";
        return at > 0 && at + 1 < tokens.Count && tokens[at].Is("-") && tokens[at - 1].Kind == TokenKind.Number && tokens[at + 1].Kind == TokenKind.Number
            && !Joins(at - 2) && !Joins(at + 2)
            && Numbers.TryRead(tokens[at - 1].Text, out decimal from) && Numbers.TryRead(tokens[at + 1].Text, out decimal to) && from < to;
    }

    private static List<Token> InFigures(List<Token> tokens)
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
            figures.Add(used > 0 ? new Token(TokenKind.Number, Numbers.Text(value)) : rest[0]);
            at += Math.Max(used, 1);
        }

        return figures;
    }

    private static string At(ReadOnlySpan<Token> tokens, int at) => at < tokens.Length && !tokens[at].IsMark ? tokens[at].Text : "";

    private static int ReadPack(ReadOnlySpan<Token> tokens, out Token token)
    {
        token = default;
        if (tokens.Length >= 3 && tokens[0].IsWord && Packs.Contains(tokens[0].Text) && tokens[1].Is("of") && tokens[2].Kind == TokenKind.Number)
        {
            token = new Token(TokenKind.Count, tokens[2].Text + " " + tokens[0].Text);
            return 3;
        }

        if (tokens.Length >= 2 && tokens[0].Kind == TokenKind.Number && tokens[1].IsWord && tokens[1].Text is "pack" or "packs")
        {
            token = new Token(TokenKind.Count, tokens[0].Text + " pack");
            return 2;
        }

        return 0;
    }

    private static int ReadAge(ReadOnlySpan<Token> tokens, out Token token)
    {
        token = default;
        int at = tokens[0].Is("for") && tokens.Length > 1 && AgeWords.Contains(At(tokens, 1)) ? 1 : 0;
        bool isAnnounced = AgeWords.Contains(At(tokens, at)) && tokens[at].IsWord;
        bool isFrom = tokens[0].Is("from");
        at += isAnnounced || isFrom ? 1 : 0;
        isFrom |= isAnnounced && At(tokens, at) == "from";
        at += isAnnounced && At(tokens, at) == "from" ? 1 : 0;
        if (at >= tokens.Length || tokens[at].Kind != TokenKind.Number)
        {
            return 0;
        }

        string years = tokens[at++].Text;
        bool isOpen = isFrom;
        bool hasYears = false;
        for (; at < tokens.Length && !tokens[at].IsMark; at++)
        {
            string word = tokens[at].Text;
            if (word == "+")
            {
                isOpen = true;
            }
            else if (word is "years" or "year" or "yrs" or "yr")
            {
                hasYears = true;
            }
            else if (word == "and" && At(tokens, at + 1) is "up" or "older" or "over" or "above")
            {
                isOpen = true;
                at++;
            }
            else
            {
                break;
            }
        }

        if (!isOpen || !(hasYears || isAnnounced))
        {
            return 0;
        }

        token = new Token(TokenKind.Age, years + "+");
        return at;
    }

    private int ReadSize(ReadOnlySpan<Token> tokens, out Token token)
    {
        token = default;
        int at = tokens[0].Is("eu") ? 1 : 0;
        if (At(tokens, at) == "size")
        {
            at++;
        }
        else if (at == 0 || at >= tokens.Length || tokens[at].Kind != TokenKind.Number)
        {
            return 0;
        }

        at += at < tokens.Length && tokens[at].IsMarkOf(":") ? 1 : 0;
        at += At(tokens, at) == "eu" ? 1 : 0;
        if (at >= tokens.Length || tokens[at].IsMark)
        {
            return 0;
        }

        bool isExtra = tokens[at].Text is "extra" or "x";
        if (isExtra && At(tokens, at + 1) is "small" or "large" or "s" or "l")
        {
            token = new Token(TokenKind.Size, "size x" + At(tokens, at + 1)[0]);
            return at + 2;
        }

        if (tokens[at].IsWord && SizeWords.TryGetValue(tokens[at].Text, out string? letter))
        {
            token = new Token(TokenKind.Size, "size " + letter);
            return at + 1;
        }

        if (tokens[at].Kind == TokenKind.Number && UnitAt(tokens, at + 1, out _) == 0 && At(tokens, at + 1) is not ("x" or "by" or "-" or "/"))
        {
            token = new Token(TokenKind.Size, "size " + tokens[at].Text);
            return at + 1;
        }

        return 0;
    }

    /// <summary>A currency's sign, or its code, stands before its number.</summary>
    private int ReadPrice(ReadOnlySpan<Token> tokens, out Token token)
    {
        token = default;
        if (tokens.Length < 2 || !tokens[0].IsWord || tokens[0].Text is not ("$" or "\u20ac" or "\u00a3" or "dollar" or "eur" or "gbp") || tokens[1].Kind != TokenKind.Number
            || UnitAt(tokens, 2, out _) > 0 || lists.FindUnit(tokens[0].Text) is not { } unit || !Numbers.TryRead(tokens[1].Text, out decimal number))
        {
            return 0;
        }

        token = new Token(TokenKind.Measure, Numbers.Text(number * unit.Factor) + " " + unit.Base);
        return 2;
    }

    private int ReadMeasure(ReadOnlySpan<Token> tokens, out Token token)
    {
        token = default;
        var sides = new List<string>();
        var units = new List<Unit?>();
        bool isRange = false;
        int at = 0;
        while (at < tokens.Length && tokens[at].Kind == TokenKind.Number)
        {
            sides.Add(tokens[at++].Text);
            int used = UnitAt(tokens, at, out Unit? unit);
            units.Add(unit);
            at += used;
            if (at + 1 < tokens.Length && tokens[at].IsWord && tokens[at].Text is "x" or "by" && tokens[at + 1].Kind == TokenKind.Number && !isRange)
            {
                at++;
                continue;
            }

            // "5-10 mm" and "5 to 10 mm": from one number to another of one unit.
            if (sides.Count == 1 && at + 2 < tokens.Length && tokens[at].IsWord && tokens[at].Text is "-" or "to" && tokens[at + 1].Kind == TokenKind.Number
                && UnitAt(tokens, at + 2, out Unit? end) > 0 && (unit is null || unit.Base == end!.Base))
            {
                isRange = true;
                at++;
                continue;
            }

            break;
        }

        Unit? shared = units.Count > 0 ? units[^1] : null;
        if (shared is null)
        {
            if (sides.Count < 2)
            {
                return 0;
            }

            token = new Token(TokenKind.Measure, string.Join(" x ", sides));
            return at;
        }

        var values = new List<string>();
        for (int side = 0; side < sides.Count; side++)
        {
            Unit unit = units[side] ?? shared;
            if (unit.Base != shared.Base || !Numbers.TryRead(sides[side], out decimal number))
            {
                return 0;
            }

            values.Add(Numbers.Text(number * unit.Factor));
        }

        token = new Token(TokenKind.Measure, string.Join(isRange ? " to " : " x ", values) + " " + shared.Base);
        return at;
    }

    /// <summary>How many tokens a unit is; 0 where none stands.</summary>
    private int UnitAt(ReadOnlySpan<Token> tokens, int at, out Unit? unit)
    {
        unit = null;
        if (at >= tokens.Length || !tokens[at].IsWord)
        {
            return 0;
        }

        string word = tokens[at].Text;
        if (word == "in" && (at + 1 >= tokens.Length || tokens[at + 1].IsMark))
        {
            word = "inch";
        }

        if (word == "°" && At(tokens, at + 1) is "c" or "f")
        {
            unit = lists.FindUnit("°" + At(tokens, at + 1));
            return unit is null ? 0 : 2;
        }

        unit = lists.FindUnit(word);
        return unit is null ? 0 : 1;
    }
}
