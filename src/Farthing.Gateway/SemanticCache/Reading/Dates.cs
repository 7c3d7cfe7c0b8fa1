using System.Globalization;

namespace Farthing.Gateway.SemanticCache.Reading;

/// <summary>Dates with a month's name: "12 March 2024", "March 12, 2024". Figures alone are left as they are, for who knows which is the month.</summary>
internal static class Dates
{
    private static readonly Dictionary<string, int> Months = Names();
    private static readonly string[] Ordinals =
        ["first", "second", "third", "fourth", "fifth", "sixth", "seventh", "eighth", "ninth", "tenth", "eleventh", "twelfth"];

    /// <summary>Reads the date at the head of a list.</summary>
    /// <returns>How many tokens it is; 0 for none.</returns>
    public static int Read(ReadOnlySpan<Token> tokens, out Token token)
    {
        token = default;
        if (tokens.Length < 3)
        {
            return 0;
        }

        bool monthFirst = tokens[0].IsWord && Months.ContainsKey(tokens[0].Text);
        (Token day, Token month) = monthFirst ? (tokens[1], tokens[0]) : (tokens[0], tokens[1]);
        int at = monthFirst && tokens[2].IsMarkOf(",") ? 3 : 2;
        if (at >= tokens.Length || !month.IsWord || !Months.TryGetValue(month.Text, out int number) || !IsWithin(day, 1, 31) || !IsWithin(tokens[at], 1000, 2999))
        {
            return 0;
        }

        token = new Token(TokenKind.Measure, string.Create(CultureInfo.InvariantCulture, $"{tokens[at].Text}-{number}-{day.Text} date"));
        return at + 1;
    }

    /// <summary>The day that an ordinal beside a month's name is: "1st June", "June 1st", "the 1st of June"; null where it is none.</summary>
    public static string? DayOf(List<Token> tokens, int at)
    {
        string word = tokens[at].Text;
        string? day = !tokens[at].IsWord ? null
            : Array.IndexOf(Ordinals, word) is >= 0 and int ordinal ? (ordinal + 1).ToString(CultureInfo.InvariantCulture)
            : word.Length is 3 or 4 && word[^2..] is "st" or "nd" or "rd" or "th" && int.TryParse(word[..^2], NumberStyles.None, CultureInfo.InvariantCulture, out int number) && number is > 0 and <= 31
                ? word[..^2]
                : null;

        // Hardly a word is one, so that its neighbours are looked at last.
        bool IsMonth(int place) => place >= 0 && place < tokens.Count && tokens[place].IsWord && Months.ContainsKey(tokens[place].Text);
        return day is not null && (IsMonth(at - 1) || IsMonth(at + 1) || (at + 1 < tokens.Count && tokens[at + 1].Is("of") && IsMonth(at + 2))) ? day : null;
    }

    private static bool IsWithin(Token token, int least, int most) =>
        token.Kind == TokenKind.Number && int.TryParse(token.Text, NumberStyles.None, CultureInfo.InvariantCulture, out int value) && value >= least && value <= most;

    private static Dictionary<string, int> Names()
    {
        var months = new Dictionary<string, int>(StringComparer.Ordinal);
        string[] names = ["january", "february", "march", "april", "may", "june", "july", "august", "september", "october", "november", "december"];
        for (int at = 0; at < names.Length; at++)
        {
            months[names[at]] = at + 1;
            months[names[at][..3]] = at + 1;
        }

        months["sept"] = 9;
        return months;
    }
}
