using Farthing.Ledger.Money;
using Farthing.Ledger.Posting;

namespace Farthing.Ledger.Usage;

/// <summary>
/// What can be said of a lease's time, whoever says it. A device can't have worked for longer than its lease is old: what says so could be
/// priced, settled and summed by nobody, and it is never taken back.
/// </summary>
/// <param name="Latest">The clock, with how far it and the clocks of workers may be apart.</param>
/// <param name="Skew">How far that is.</param>
internal readonly record struct LeaseBounds(DateTimeOffset Latest, TimeSpan Skew)
{
    /// <summary>Why an instant can't be one of a lease; null where it can.</summary>
    public string? TooEarly(Lease lease, DateTimeOffset at) => at >= lease.StartedAt - Skew
        ? null
        : $"Its time {at.UtcDateTime:O} is before its lease '{lease.Id}' was opened, {lease.StartedAt.UtcDateTime:O}. Did the clock that wrote it go back?";

    /// <summary>Why a lease can't have had so much time; null where it can.</summary>
    public string? TooLong(Lease lease, DeviceTime time) => time.Microseconds <= EventTime.ToMicroseconds(Latest) - EventTime.ToMicroseconds(lease.StartedAt)
        ? null
        : $"It says {time} of the lease '{lease.Id}', which was opened {lease.StartedAt.UtcDateTime:O}: not as much has passed since. Is it in microseconds?";
}
