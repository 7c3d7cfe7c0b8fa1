using Farthing.Ledger.Posting;
using Farthing.Ledger.Rollups;

namespace Farthing.Ledger.Reports;

/// <summary>
/// What charges that nothing was delivered for have in common: how their attempts ended, why, and the kind. A reading makes each of them once, so
/// that they are summed by the object.
/// </summary>
/// <remarks>The outcome is empty for lost time of a lease, which is of no attempt.</remarks>
internal sealed class UndeliveredKind(string outcome, string cause, ChargeKind kind)
{
    public string Outcome => outcome;

    public string Cause => cause;

    public ChargeKind Kind { get; } = kind;

    public Stage Stage { get; } = StageNames.TryParse(kind.Stage, out var stage) ? stage : default;
}
