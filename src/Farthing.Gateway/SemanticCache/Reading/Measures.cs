using System.Runtime.InteropServices;
using Farthing.Gateway.SemanticCache.Lists;

namespace Farthing.Gateway.SemanticCache.Reading;

/// <summary>
/// Makes one token of each number with its unit, in the unit's base and exactly; of "set of two" and "2-pack"; of
/// "ages 3+"; and of a size.
/// </summary>
internal sealed class Measures
{
    private readonly GuardLists _lists;
    private readonly UnitReader _units;
    private readonly Sizes _sizes;

    /// <summary>Reads with the units of some lists.</summary>
    public Measures(GuardLists lists)
    {
        (_lists, _units) = (lists, new UnitReader(lists));
        _sizes = new Sizes(_units);
    }

    /// <summary>Reads the tokens of a text from left to right.</summary>
    public List<Token> Read(List<Token> tokens)
    {
        List<Token> plain = Amounts.Read(Figures.Read(tokens), word => _lists.FindUnit(word) is not null);
        var read = new List<Token>(plain.Count);

        // Of two brackets each says of what it follows.
        bool isOne = plain.Count(static token => token.IsMarkOf("([")) == 1;
        for (int at = 0; at < plain.Count;)
        {
            ReadOnlySpan<Token> rest = CollectionsMarshal.AsSpan(plain)[at..];
            int used = ReadAmount(rest, out Token token);
            if (used == 0 && rest.Length > 1 && rest[0].Is(Approximations.Sign))
            {
                // A part of the number that it makes approximate, so that it can't be another one's.
                int number = ReadAmount(rest[1..], out token);
                token = number > 0 ? token : rest[1];
                token = token with { Text = Approximations.Sign + token.Text };
                used = 1 + Math.Max(number, 1);
            }

            if (used == 0)
            {
                token = IsRange(plain, at) ? Token.Word("to") : rest[0];
                used = 1;
            }

            read.Add(token);
            at += used;
            if (isOne && read is [.., { Kind: TokenKind.Mark, Text: "(" }, { Kind: TokenKind.Count }] && at < plain.Count && plain[at].IsMarkOf(")"))
            {
                // In brackets it says the same as without.
                read.RemoveAt(read.Count - 2);
                at++;
            }
        }

        return read;
    }

    private int ReadAmount(ReadOnlySpan<Token> rest, out Token token)
    {
        int used = _sizes.Read(rest, out token);
        used = used > 0 ? used : Ages.Read(rest, out token);
        used = used > 0 ? used : Packs.Read(rest, out token);
        used = used > 0 ? used : Dates.Read(rest, out token);
        used = used > 0 ? used : ReadPrice(rest, out token);
        return used > 0 ? used : ReadMeasure(rest, out token);
    }

    /// <summary>A hyphen between two numbers, the greater one last, and no third: "10-12" is "10 to 12", and "2026-11-29" a date.</summary>
    private static bool IsRange(List<Token> tokens, int at)
    {
        bool Joins(int place) => place >= 0 && place < tokens.Count && tokens[place].IsWord && tokens[place].Text is "-" or "/" or "x";
        return at > 0 && at + 1 < tokens.Count && tokens[at].Is("-") && tokens[at - 1].Kind == TokenKind.Number && tokens[at + 1].Kind == TokenKind.Number
            && !Joins(at - 2) && !Joins(at + 2)
            && Numbers.TryRead(tokens[at - 1].Text, out decimal from) && Numbers.TryRead(tokens[at + 1].Text, out decimal to) && from < to;
    }

    /// <summary>A currency's sign, or its code, stands before its number.</summary>
    private int ReadPrice(ReadOnlySpan<Token> tokens, out Token token)
    {
        token = default;
        if (tokens.Length < 2 || !tokens[0].IsWord || tokens[0].Text is not ("$" or "\u20ac" or "\u00a3" or "dollar" or "eur" or "gbp") || tokens[1].Kind != TokenKind.Number
            || _units.Read(tokens, 2, out _) > 0 || _lists.FindUnit(tokens[0].Text) is not { } unit || !Numbers.TryRead(tokens[1].Text, out decimal number))
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
            int used = _units.Read(tokens, at, out Unit? unit);
            units.Add(unit);
            at += used;
            if (at + 1 < tokens.Length && tokens[at].IsWord && tokens[at].Text is "x" or "by" && tokens[at + 1].Kind == TokenKind.Number && !isRange)
            {
                at++;
                continue;
            }

            // "5-10 mm" and "5 to 10 mm": from one number to another of one unit.
            if (sides.Count == 1 && at + 2 < tokens.Length && tokens[at].IsWord && tokens[at].Text is "-" or "to" && tokens[at + 1].Kind == TokenKind.Number
                && _units.Read(tokens, at + 2, out Unit? end) > 0 && (unit is null || unit.Base == end!.Base))
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
}
