using Farthing.Ledger.Usage;

namespace Farthing.Serving.Usage;

/// <summary>Instants as CloudEvents write them.</summary>
internal static class EventTimeText
{
    /// <summary>Reads one.</summary>
    /// <exception cref="UsageFormatException">It is none, has no offset from UTC, or is before 1970.</exception>
    public static DateTimeOffset Parse(string text) => UsageInstant.TryParse(text, out DateTimeOffset at)
        ? at
        : throw new UsageFormatException("bad_time", $"The time '{EventData.Short(text)}' is no instant from 1970 on: write it as 2026-11-20T08:00:00.25Z, with Z or an offset.");
}
