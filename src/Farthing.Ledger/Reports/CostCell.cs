using Farthing.Ledger.Posting;

namespace Farthing.Ledger.Reports;

/// <summary>The finest place that a cost is summed at; every report is a choice of cells.</summary>
internal readonly record struct CellKey(string RunId, int Day, string Tags, Stage Stage);

/// <summary>The time and the money of one cell.</summary>
internal struct CellSum
{
    public Int128 Time;
    public Int128 Amount;
}

/// <summary>What an open scope holds: its cells, its usage without a price, and its attempts.</summary>
internal sealed class CostCells
{
    public Dictionary<CellKey, CellSum> Sums { get; } = [];

    public Dictionary<(CellKey Cell, string Resource, string Meter), (long Charges, Int128 Quantity)> Unpriced { get; } = [];

    /// <summary>Attempts by where they ended, or by where they started while they are open (outcome null).</summary>
    public Dictionary<(string RunId, int Day, string Tags, AttemptOutcome? Outcome), long> Attempts { get; } = [];
}
