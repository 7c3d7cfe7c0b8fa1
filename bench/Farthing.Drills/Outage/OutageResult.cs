namespace Farthing.Drills.Outage;

/// <summary>A stretch of the run.</summary>
/// <param name="Name">What it is.</param>
/// <param name="Calls">The calls that were due in it.</param>
internal sealed record Phase(string Name, IReadOnlyList<CallSeen> Calls)
{
    /// <summary>Calls without a caption.</summary>
    public int Lost => Calls.Count(static call => call.Fault is not null);

    /// <summary>The time that a share of its calls did not exceed; null for a phase without calls.</summary>
    public TimeSpan? Quantile(double share)
    {
        TimeSpan[] times = [.. Calls.Select(static call => call.Took).Order()];
        return times.Length == 0 ? null : times[Math.Max(0, (int)Math.Ceiling(share * times.Length) - 1)];
    }
}

/// <summary>Something that is asked of the run.</summary>
/// <param name="Name">What.</param>
/// <param name="Asked">What is asked.</param>
/// <param name="Measured">What was found.</param>
/// <param name="IsReached">Whether that is enough.</param>
/// <param name="IsTiming">Whether it depends on how busy the machine is.</param>
internal sealed record Mark(string Name, string Asked, string Measured, bool IsReached, bool IsTiming = false);

/// <summary>What the drill found.</summary>
/// <param name="Phases">In their order.</param>
/// <param name="Simulator">The simulator's own count.</param>
/// <param name="Books">The ledger.</param>
/// <param name="Marks">What is asked of it.</param>
internal sealed record OutageResult(IReadOnlyList<Phase> Phases, IReadOnlyList<ProviderCount> Simulator, LedgerBooks Books, IReadOnlyList<Mark> Marks);
