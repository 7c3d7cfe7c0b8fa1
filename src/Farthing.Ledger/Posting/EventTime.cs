namespace Farthing.Ledger.Posting;

/// <summary>Instants as the ledger keeps them: whole microseconds since 1970, UTC, never before.</summary>
public static class EventTime
{
    private const long MicrosecondsPerDay = 86_400_000_000;

    /// <summary>Of an instant; what is less than a microsecond is left out.</summary>
    public static long ToMicroseconds(DateTimeOffset instant) =>
        (instant.UtcTicks - DateTimeOffset.UnixEpoch.Ticks) / TimeSpan.TicksPerMicrosecond;

    /// <summary>The instant of so many microseconds, in UTC.</summary>
    public static DateTimeOffset FromMicroseconds(long microseconds) =>
        DateTimeOffset.UnixEpoch.AddTicks(checked(microseconds * TimeSpan.TicksPerMicrosecond));

    /// <summary>The UTC day as days since 1970.</summary>
    public static int DayOf(long microseconds) => (int)(microseconds / MicrosecondsPerDay);

    /// <summary>The date of a day since 1970.</summary>
    public static DateOnly ToDate(int day) => DateOnly.FromDateTime(DateTime.UnixEpoch).AddDays(day);

    /// <summary>Days since 1970.</summary>
    public static int ToDay(DateOnly date) => date.DayNumber - DateOnly.FromDateTime(DateTime.UnixEpoch).DayNumber;

    /// <summary>When a day (UTC) begins.</summary>
    public static long StartOf(DateOnly date) => ToDay(date) * MicrosecondsPerDay;
}
