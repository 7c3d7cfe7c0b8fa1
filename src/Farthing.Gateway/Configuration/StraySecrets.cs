using System.Text.RegularExpressions;

namespace Farthing.Gateway.Configuration;

/// <summary>Takes secrets out of what is told of a configuration's faults: a message repeats what is written, and a key may be written where a name belongs.</summary>
public static partial class StraySecrets
{
    private const string Stars = "***";

    // Of a random text in base 64, base 36 or hexadecimal digits about two in five neighbours change like this; of a model's name few do.
    private const int CharactersPerChange = 4;

    /// <summary>The text with stars in place of keys, of users in URLs and of their queries.</summary>
    public static string Mask(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        var plain = Query().Replace(User().Replace(UrlUser().Replace(text, "://" + Stars + "@"), Stars + "@"), "?" + Stars);
        return Long().Replace(Known().Replace(plain, Stars), static match => IsRandom(match.Value) ? Stars : match.Value);
    }

    /// <summary>Whether letters and digits, small letters and capitals follow each other as they do in no word.</summary>
    private static bool IsRandom(string text)
    {
        var changes = 0;
        for (var i = 1; i < text.Length; i++)
        {
            var (before, now) = (text[i - 1], text[i]);
            changes += (char.IsAsciiDigit(before) && char.IsAsciiLetter(now)) || (char.IsAsciiLetter(before) && char.IsAsciiDigit(now))
                || (char.IsAsciiLetterLower(before) && char.IsAsciiLetterUpper(now)) ? 1 : 0;
        }

        return changes * CharactersPerChange >= text.Length;
    }

    // A password may hold '/', '@' and blanks that nobody escaped, so that it goes on to the last '@'.
    [GeneratedRegex("://.*@", RegexOptions.Singleline)]
    private static partial Regex UrlUser();

    // The same without 'https://'.
    [GeneratedRegex(@"[^\s:/'""]+:(?!//)[^\s'""]+@(?=[A-Za-z0-9.\[])")]
    private static partial Regex User();

    [GeneratedRegex(@"\?[^\s'""]*=[^\s'""]*")]
    private static partial Regex Query();

    // What the keys of providers, of this gateway and of its webhooks begin with.
    [GeneratedRegex("(?<![A-Za-z0-9])(?:(?:sk|fk|xai|pplx|nvapi)-|(?:gsk|hf|fw|whsec|ghp)_|AKIA|ASIA|AIza)[A-Za-z0-9_+/=.-]{4,}")]
    private static partial Regex Known();

    [GeneratedRegex("[A-Za-z0-9_+/=-]{20,}")]
    private static partial Regex Long();
}
