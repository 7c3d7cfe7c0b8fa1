using Farthing.Ledger.Money;
using Farthing.Ledger.Posting;

namespace Farthing.Ledger.Reports;

/// <summary>One row of a stage table.</summary>
/// <param name="Stage">The stage.</param>
/// <param name="Time">Device time.</param>
/// <param name="TimeShare">Its share of all device time in millionths; the rows' shares sum to 1,000,000 when there is any.</param>
/// <param name="Amount">Its cost.</param>
/// <param name="CostShare">Its share of the cost in millionths, as for time.</param>
/// <param name="CostPerRender">Its cost for one delivered render, rounded half to even; null when none was delivered.</param>
public sealed record StageRow(
    Stage Stage, DeviceMicroseconds Time, int TimeShare, CurrencyAmount Amount, int CostShare, CurrencyAmount? CostPerRender);

/// <summary>A sum of device time in 128 bits.</summary>
/// <param name="Value">Microseconds.</param>
public readonly record struct DeviceMicroseconds(Int128 Value);

/// <summary>Usage that was kept without a price, and is in no amount.</summary>
/// <param name="Resource">What was used.</param>
/// <param name="Meter">What was counted.</param>
/// <param name="Charges">How many charges.</param>
/// <param name="Quantity">How much together, in the meter's base unit.</param>
public sealed record UnpricedUsage(string Resource, string Meter, long Charges, Int128 Quantity);

/// <summary>What memos of one kind say was saved, beside the costs: it is in no amount of the table and is never taken off one.</summary>
public sealed record SavingsRow
{
    /// <summary>At most so many evidences are told; the rest are counted.</summary>
    public const int MostEvidence = 3;

    /// <summary>What saved it.</summary>
    public required SavingsKind Kind { get; init; }

    /// <summary>The stage that would have used it.</summary>
    public required Stage Stage { get; init; }

    /// <summary>What would have been used.</summary>
    public required string Resource { get; init; }

    /// <summary>What would have been counted.</summary>
    public required string Meter { get; init; }

    /// <summary>How many memos.</summary>
    public required long Memos { get; init; }

    /// <summary>How much was avoided, in the meter's base unit.</summary>
    public required Int128 Quantity { get; init; }

    /// <summary>What the avoided use would have cost at the prices that were in force; memos without a price are not in it. Null where none has one.</summary>
    public required CurrencyAmount? Avoided { get; init; }

    /// <summary>How many memos have no price.</summary>
    public required long Unpriced { get; init; }

    /// <summary>What the quantities were derived from, the most frequent first.</summary>
    public required IReadOnlyList<SavingsEvidence> Evidence { get; init; }

    /// <summary>How many different evidences there are, told or not.</summary>
    public required long Evidences { get; init; }
}

/// <summary>What memos were derived from.</summary>
/// <param name="Text">The evidence.</param>
/// <param name="Memos">How many memos have it.</param>
public sealed record SavingsEvidence(string Text, long Memos);

/// <summary>How many attempts ended how, and how many have not ended.</summary>
public sealed record AttemptCounts
{
    /// <summary>Attempts that delivered their picture.</summary>
    public long Delivered { get; init; }

    /// <summary>Attempts that failed.</summary>
    public long Failed { get; init; }

    /// <summary>Attempts whose worker died.</summary>
    public long Lost { get; init; }

    /// <summary>Attempts that came second.</summary>
    public long Duplicate { get; init; }

    /// <summary>Attempts that were stopped.</summary>
    public long Cancelled { get; init; }

    /// <summary>Attempts without an outcome yet.</summary>
    public long Open { get; init; }
}

/// <summary>A stage table: its rows add up to the total to the last unit.</summary>
public sealed record StageReport
{
    /// <summary>
    /// The five stages of a render, always, then lost, warm-up, idle and rounding where there is something that is
    /// not spread over the stages.
    /// </summary>
    public required IReadOnlyList<StageRow> Rows { get; init; }

    /// <summary>
    /// The sum of the rows. On the loaded basis it is everything that was posted in the scope; on the marginal one
    /// it is the cost of all attempts' stages, waste and lost time included.
    /// </summary>
    public required CurrencyAmount Total { get; init; }

    /// <summary>All device time of the rows.</summary>
    public required DeviceMicroseconds TotalTime { get; init; }

    /// <summary>The total for one delivered render; null when none was delivered.</summary>
    public CurrencyAmount? CostPerRender => Total.DividedBy(Attempts.Delivered);

    /// <summary>The attempts in the scope.</summary>
    public required AttemptCounts Attempts { get; init; }

    /// <summary>Usage in the scope that has no price, by resource and meter.</summary>
    public required IReadOnlyList<UnpricedUsage> Unpriced { get; init; }

    /// <summary>What was saved in the scope, beside the costs: no amount above counts it.</summary>
    public required IReadOnlyList<SavingsRow> Savings { get; init; }

    /// <summary>Which costs are included.</summary>
    public required CostBasis Basis { get; init; }
}

/// <summary>One report of a grouped report.</summary>
/// <param name="Key">The run, the day (such as <c>2026-11-20</c>), or whatever else is cut by (empty for none).</param>
/// <param name="Report">Its stage table.</param>
public sealed record ReportGroup(string Key, StageReport Report);

/// <summary>Stage tables by run, day or whatever else is cut by, which add up to the total to the last unit.</summary>
/// <param name="Grouping">What each report is of.</param>
/// <param name="Groups">The reports in the order of their keys.</param>
/// <param name="Total">All of them together.</param>
public sealed record GroupedReport(ReportGrouping Grouping, IReadOnlyList<ReportGroup> Groups, StageReport Total);
