namespace Farthing.Ledger.Posting;

/// <summary>Instants as the ledger keeps them: whole microseconds since 1970, UTC, never before.</summary>
internal static class EventTime
{
    private const long MicrosecondsPerDay = 86_400_000_000;

    public static long ToMicroseconds(DateTimeOffset instant) =>
        (instant.UtcTicks - DateTimeOffset.UnixEpoch.Ticks) / TimeSpan.TicksPerMicrosecond;

    public static DateTimeOffset FromMicroseconds(long microseconds) =>
        DateTimeOffset.UnixEpoch.AddTicks(checked(microseconds * TimeSpan.TicksPerMicrosecond));

    /// <summary>The UTC day as days since 1970.</summary>
    public static int DayOf(long microseconds) => (int)(microseconds / MicrosecondsPerDay);

    public static DateOnly ToDate(int day) => DateOnly.FromDateTime(DateTime.UnixEpoch).AddDays(day);

    public static int ToDay(DateOnly date) => date.DayNumber - DateOnly.FromDateTime(DateTime.UnixEpoch).DayNumber;

    public static long StartOf(DateOnly date) => ToDay(date) * MicrosecondsPerDay;
}
