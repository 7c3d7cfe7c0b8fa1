using System.Globalization;

namespace Farthing.Gateway.SemanticCache.Reading;

/// <summary>Numbers as they are written, in figures and in words.</summary>
internal static class Numbers
{
    private static readonly Dictionary<string, int> Small = new(StringComparer.Ordinal)
    {
        ["zero"] = 0,
        ["one"] = 1,
        ["two"] = 2,
        ["three"] = 3,
        ["four"] = 4,
        ["five"] = 5,
        ["six"] = 6,
        ["seven"] = 7,
        ["eight"] = 8,
        ["nine"] = 9,
        ["ten"] = 10,
        ["eleven"] = 11,
        ["twelve"] = 12,
        ["thirteen"] = 13,
        ["fourteen"] = 14,
        ["fifteen"] = 15,
        ["sixteen"] = 16,
        ["seventeen"] = 17,
        ["eighteen"] = 18,
        ["nineteen"] = 19,
        ["dozen"] = 12,
    };

    private static readonly Dictionary<string, int> Tens = new(StringComparer.Ordinal)
    {
        ["twenty"] = 20,
        ["thirty"] = 30,
        ["forty"] = 40,
        ["fifty"] = 50,
        ["sixty"] = 60,
        ["seventy"] = 70,
        ["eighty"] = 80,
        ["ninety"] = 90,
    };

    private static readonly Dictionary<string, int> Powers = new(StringComparer.Ordinal) { ["hundred"] = 100, ["thousand"] = 1000 };

    /// <summary>Every number word.</summary>
    public static IEnumerable<string> Words => [.. Small.Keys, .. Tens.Keys, .. Powers.Keys];

    /// <summary>Without commas before each third figure and without needless noughts; as it is where it is no such number.</summary>
    public static string Plain(string figures)
    {
        string joined = figures;
        if (figures.IndexOf(',', StringComparison.Ordinal) is > 0 and int comma && comma == figures.LastIndexOf(',') && !figures.Contains('.', StringComparison.Ordinal)
            && (figures.Length - comma != 4 || figures[0] == '0'))
        {
            // "1,5" and "0,125" can only be decimals; "1,500" is read as English has it.
            figures = joined = figures.Replace(',', '.');
        }
        else if (figures.Contains(',', StringComparison.Ordinal))
        {
            string[] groups = figures.Split('.')[0].Split(',');
            bool isGrouped = groups[0].Length is >= 1 and <= 3 && groups[0][0] != '0' && groups.Skip(1).All(static group => group.Length == 3);
            joined = isGrouped && !figures[figures.LastIndexOf(',')..].Contains('.', StringComparison.Ordinal) ? figures.Replace(",", "", StringComparison.Ordinal) : figures;
        }

        // "2.10" may be a version or a price list's column: without a unit its nought stays.
        if (joined[^1] == '0' && joined.Contains('.', StringComparison.Ordinal))
        {
            return joined;
        }

        return decimal.TryParse(joined, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out decimal value) && joined.Length <= 18
            && (joined[0] != '0' || joined.Length == 1 || joined[1] == '.')
            ? Text(value)
            : figures;
    }

    /// <summary>A number without needless noughts.</summary>
    public static string Text(decimal value) => (value / 1.0000000000000000000000000000m).ToString(CultureInfo.InvariantCulture);

    /// <summary>The value of figures.</summary>
    public static bool TryRead(string figures, out decimal value) =>
        decimal.TryParse(figures, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out value);

    /// <summary>Reads the number words at the head of a list.</summary>
    /// <returns>How many tokens they are; 0 for none.</returns>
    public static int ReadWords(ReadOnlySpan<Token> tokens, out decimal value)
    {
        value = 0;
        int used = 0;
        if (used < tokens.Length && tokens[0].IsWord && Tens.TryGetValue(tokens[0].Text, out int tens))
        {
            value = tens;
            used = 1;
            if (tokens.Length > 1 && tokens[1].IsWord && !IsOthers(tokens, 1) && Small.TryGetValue(tokens[1].Text, out int unit) && unit is > 0 and < 10)
            {
                value += unit;
                used = 2;
            }
        }
        else if (tokens.Length > 0 && tokens[0].IsWord && Small.TryGetValue(tokens[0].Text, out int small))
        {
            value = small;
            used = 1;
        }

        while (used > 0 && used < tokens.Length && tokens[used].IsWord && !IsOthers(tokens, used) && Powers.TryGetValue(tokens[used].Text, out int power))
        {
            value *= power;
            used++;
        }

        return used;
    }

    /// <summary>Whether a word after a blank is tied to what follows it: in "twenty five-litre cans" the five is the litre's.</summary>
    public static bool IsOthers(ReadOnlySpan<Token> tokens, int at) => at + 1 < tokens.Length && tokens[at + 1].IsTied && !tokens[at].IsTied;
}
