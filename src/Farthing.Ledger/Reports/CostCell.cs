using Farthing.Ledger.Posting;

namespace Farthing.Ledger.Reports;

/// <summary>
/// The finest place that a cost is summed at; every report is a choice of cells. The part is what a grouping cuts by that no other report
/// asks for: a model or an outcome, else empty.
/// </summary>
internal readonly record struct CellKey(string RunId, int Day, string Tags, string Precision, Stage Stage, string Part = "");

/// <summary>The time and the money of one cell.</summary>
internal struct CellSum
{
    public Int128 Time;
    public Int128 Amount;
}

/// <summary>Attempts that ended alike in one place, or started there and are open (outcome null).</summary>
internal readonly record struct AttemptKind(string RunId, int Day, string Tags, string Precision, AttemptOutcome? Outcome);

/// <summary>Memos of one cell that say the same.</summary>
internal readonly record struct MemoKey(CellKey Cell, SavingsKind Kind, string Resource, string Meter, string Evidence);

/// <summary>What memos of one key come to.</summary>
internal struct MemoSum
{
    public long Memos;
    public long Unpriced;
    public Int128 Quantity;
    public Int128 Amount;
}

/// <summary>What an open scope holds: its cells, its usage without a price, its attempts and its memos.</summary>
internal sealed class CostCells
{
    public Dictionary<CellKey, CellSum> Sums { get; } = [];

    public Dictionary<(CellKey Cell, string Resource, string Meter), (long Charges, Int128 Quantity)> Unpriced { get; } = [];

    public Dictionary<AttemptKind, long> Attempts { get; } = [];

    public Dictionary<MemoKey, MemoSum> Memos { get; } = [];
}
