using Farthing.Ledger.Money;
using Farthing.Ledger.Posting;
using Farthing.Ledger.Reports;

namespace Farthing.Ledger.Explain;

/// <summary>One of the two periods of a waterfall.</summary>
/// <param name="Name">What it is called, such as a run's id or its days.</param>
/// <param name="Total">Everything that was posted in it on the chosen basis.</param>
/// <param name="PerRender">That for one delivered render, rounded half to even.</param>
/// <param name="Attempts">How its attempts ended.</param>
/// <param name="Waste">The part of the total that attempts without a delivery and lost time took: billed but not delivered.</param>
/// <param name="UnpricedCharges">Charges that have no price and are in no amount.</param>
public sealed record WaterfallPeriod(
    string Name, CurrencyAmount Total, CurrencyAmount PerRender, AttemptCounts Attempts, CurrencyAmount Waste, long UnpricedCharges);

/// <summary>What one factor changed.</summary>
/// <param name="Factor">The factor.</param>
/// <param name="Change">The change of the cost of a delivered render.</param>
public sealed record WaterfallBar(WaterfallFactor Factor, CurrencyAmount Change);

/// <summary>What one factor changed in one stage.</summary>
/// <param name="Factor">The factor.</param>
/// <param name="Stage">The stage.</param>
/// <param name="Change">The change of the cost of a delivered render.</param>
public sealed record WaterfallCell(WaterfallFactor Factor, Stage Stage, CurrencyAmount Change);

/// <summary>
/// Why a delivered render costs more or less than before. The bars sum to the change to the last unit, and the cells of
/// a factor sum to its bar.
/// </summary>
public sealed record Waterfall
{
    /// <summary>The period before.</summary>
    public required WaterfallPeriod Before { get; init; }

    /// <summary>The period after.</summary>
    public required WaterfallPeriod After { get; init; }

    /// <summary>A bar for each factor in their order, also where it is 0; the claim's only when there is a claim.</summary>
    public required IReadOnlyList<WaterfallBar> Bars { get; init; }

    /// <summary>The bars by stage, without those that are 0.</summary>
    public required IReadOnlyList<WaterfallCell> Cells { get; init; }

    /// <summary>What somebody says a render costs after; null for no claim. It is in no ledger.</summary>
    public CurrencyAmount? Claimed { get; init; }

    /// <summary>Which costs are included.</summary>
    public required CostBasis Basis { get; init; }

    /// <summary>The last figure, the claimed one where there is a claim, less the first.</summary>
    public CurrencyAmount Change => (Claimed ?? After.PerRender) - Before.PerRender;
}
