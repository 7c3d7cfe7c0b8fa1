using System.Globalization;

namespace Farthing.Ledger.Posting;

/// <summary>A device that is paid for from its start until it is given back, whether it works or not.</summary>
/// <param name="Id">The permanent id.</param>
/// <param name="RunId">The run that leased it.</param>
/// <param name="Device">Which device, for people, such as a host's name.</param>
/// <param name="Resource">What it is priced as, such as <c>cpu</c>.</param>
/// <param name="Cores">The cores that are paid for, from 1; 1 for a GPU.</param>
/// <param name="StartedAt">When it was leased. Kept to the microsecond.</param>
public sealed record Lease(string Id, string RunId, string Device, string Resource, int Cores, DateTimeOffset StartedAt)
{
    /// <summary>When it was leased, in whole microseconds.</summary>
    public DateTimeOffset StartedAt { get; } = EventTime.FromMicroseconds(EventTime.ToMicroseconds(StartedAt));

    /// <summary>For people, such as <c>one of cpu with 2 core(s) on the device 'host' for the run 'spring' since 2026-03-04T12:00:00Z</c>.</summary>
    public override string ToString() =>
        string.Create(CultureInfo.InvariantCulture, $"one of {Resource} with {Cores} core(s) on the device '{Device}' for the run '{RunId}' since {StartedAt.UtcDateTime:yyyy-MM-dd'T'HH:mm:ss.FFFFFF'Z'}");
}
