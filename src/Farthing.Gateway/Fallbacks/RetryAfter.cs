using System.Globalization;
using System.Net.Http.Headers;

namespace Farthing.Gateway.Fallbacks;

/// <summary>How long a provider asks to wait.</summary>
internal static class RetryAfter
{
    private const string Seconds = "retry-after", Milliseconds = "retry-after-ms";
    private static readonly TimeSpan Longest = TimeSpan.FromHours(1);
    private static readonly TimeSpan LongestPassed = TimeSpan.FromDays(1);

    /// <summary>Reads <c>retry-after-ms</c> and <c>retry-after</c> (seconds or a date); null where neither says anything. A key rests an hour at most.</summary>
    public static TimeSpan? Of(HttpResponseHeaders headers, DateTimeOffset now)
    {
        TimeSpan? found = headers.TryGetValues(Milliseconds, out var values)
                && double.TryParse(values.First(), NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var milliseconds)
                && milliseconds <= Longest.TotalMilliseconds
            ? TimeSpan.FromMilliseconds(milliseconds)
            : headers.RetryAfter?.Delta ?? (headers.RetryAfter?.Date is { } date ? date - now : null);
        return found is not { } wait ? null
            : wait < TimeSpan.Zero ? TimeSpan.Zero
            : wait > Longest ? Longest
            : wait;
    }

    /// <summary>Whether a header may be passed on: SDKs wait for as long as these two say, so that they must say something, and not more than a day.</summary>
    /// <param name="name">The header's name.</param>
    /// <param name="value">What it says.</param>
    /// <param name="now">The time.</param>
    public static bool IsSane(string name, string value, DateTimeOffset now) =>
        string.Equals(name, Milliseconds, StringComparison.OrdinalIgnoreCase) ? IsWithin(value, LongestPassed.TotalMilliseconds)
        : !string.Equals(name, Seconds, StringComparison.OrdinalIgnoreCase) || IsWithin(value, LongestPassed.TotalSeconds) || IsSoon(value, now);

    private static bool IsWithin(string value, double most) =>
        double.TryParse(value, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var number) && number >= 0 && number <= most;

    private static bool IsSoon(string value, DateTimeOffset now) =>
        RetryConditionHeaderValue.TryParse(value, out var read) && read.Date is { } date && date >= now && date - now <= LongestPassed;
}
