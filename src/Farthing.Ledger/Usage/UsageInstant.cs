using System.Globalization;

namespace Farthing.Ledger.Usage;

/// <summary>Instants as CloudEvents and files of usage write them: RFC 3339, with any number of places of a second.</summary>
public static class UsageInstant
{
    private const int Places = 7;

    /// <summary>Reads one. Without an offset from UTC it is none: it would be another instant on every machine.</summary>
    /// <returns>False where it is none, or is before 1970.</returns>
    public static bool TryParse(string? text, out DateTimeOffset at)
    {
        text ??= "";
        var point = text.IndexOf('.', StringComparison.Ordinal);
        var end = point < 0 ? -1 : text.AsSpan(point + 1).IndexOfAnyExceptInRange('0', '9');

        // A clock of nanoseconds tells more than is kept.
        var cut = end > Places ? text[..(point + 1 + Places)] + text[(point + 1 + end)..] : text;
        at = default;
        var hasOffset = cut.EndsWith('Z') || cut.EndsWith('z') || (cut.Length > 6 && cut[^6] is '+' or '-' && cut[^3] == ':');
        return hasOffset
            && DateTimeOffset.TryParseExact(
                cut.ToUpperInvariant(), ["yyyy-MM-dd'T'HH:mm:ssK", "yyyy-MM-dd'T'HH:mm:ss.FFFFFFFK"], CultureInfo.InvariantCulture, DateTimeStyles.AdjustToUniversal, out at)
            && at.Year >= 1970;
    }
}
