using Farthing.Ledger.Money;
using Farthing.Ledger.Posting;

namespace Farthing.Ledger.Metering;

/// <summary>What an activity has taken of the device so far.</summary>
/// <param name="Stage">What it does.</param>
/// <param name="Key">Its batch.</param>
/// <param name="Time">Its share of the device's time.</param>
public readonly record struct ActivityTime(Stage Stage, string Key, DeviceTime Time);

/// <summary>
/// All time of a lease up to an instant: <c>Finished + Active + Idle = Elapsed</c>, to the last microsecond.
/// </summary>
public sealed record MeterSnapshot
{
    /// <summary>Time since the meter was made.</summary>
    public required DeviceTime Elapsed { get; init; }

    /// <summary>Time in which nothing was active.</summary>
    public required DeviceTime Idle { get; init; }

    /// <summary>Time of the activities that have ended, by stage; a stage that never ended one is left out.</summary>
    public required IReadOnlyDictionary<Stage, DeviceTime> Finished { get; init; }

    /// <summary>Time so far of the activities that are still running, the earliest first.</summary>
    public required IReadOnlyList<ActivityTime> Active { get; init; }
}
