using System.Globalization;

namespace Farthing.Serving.Usage;

/// <summary>Instants as CloudEvents write them: RFC 3339, with any number of places of a second.</summary>
internal static class EventTimeText
{
    private const int Places = 7;

    /// <summary>Reads one.</summary>
    /// <exception cref="UsageFormatException">It is none, has no offset from UTC, or is before 1970.</exception>
    public static DateTimeOffset Parse(string text)
    {
        int point = text.IndexOf('.', StringComparison.Ordinal);
        int end = point < 0 ? -1 : text.AsSpan(point + 1).IndexOfAnyExceptInRange('0', '9');

        // A clock of nanoseconds tells more than is kept.
        string cut = end > Places ? text[..(point + 1 + Places)] + text[(point + 1 + end)..] : text;
        bool hasOffset = cut.EndsWith('Z') || cut.EndsWith('z') || (cut.Length > 6 && cut[^6] is '+' or '-' && cut[^3] == ':');
        return hasOffset
            && DateTimeOffset.TryParseExact(
                cut.ToUpperInvariant(), ["yyyy-MM-dd'T'HH:mm:ssK", "yyyy-MM-dd'T'HH:mm:ss.FFFFFFFK"], CultureInfo.InvariantCulture, DateTimeStyles.AdjustToUniversal, out DateTimeOffset at)
            && at.Year >= 1970
            ? at
            : throw new UsageFormatException("bad_time", $"The time '{EventData.Short(text)}' is no instant from 1970 on: write it as 2026-11-20T08:00:00.25Z, with Z or an offset.");
    }
}
