using Farthing.Ledger.Storage;

namespace Farthing.Ledger.Alarms;

/// <summary>What the rules of one evaluation look at.</summary>
/// <param name="Ledger">The ledger, which holds the alarms too.</param>
/// <param name="Gateway">Where a gateway books its attempts: the same ledger, another one, or null where there is none.</param>
/// <param name="Now">The instant of the evaluation.</param>
public sealed record AlarmScene(LedgerStore Ledger, LedgerStore? Gateway, DateTimeOffset Now)
{
    /// <summary>All stores, each once.</summary>
    public IEnumerable<LedgerStore> Stores => Gateway is null || ReferenceEquals(Gateway, Ledger) ? [Ledger] : [Ledger, Gateway];

    /// <summary>The last days (UTC), today included.</summary>
    public (DateOnly From, DateOnly To) LastDays(int days)
    {
        var today = DateOnly.FromDateTime(Now.UtcDateTime);
        return (today.AddDays(1 - days), today);
    }
}
