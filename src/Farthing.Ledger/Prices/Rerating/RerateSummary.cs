using Farthing.Ledger.Money;
using Farthing.Ledger.Posting;

namespace Farthing.Ledger.Prices.Rerating;

/// <summary>What a re-rating changes in one stage.</summary>
/// <param name="Stage">The stage.</param>
/// <param name="Charges">Charges that get another price.</param>
/// <param name="Priced">Charges among them that had none.</param>
/// <param name="Before">What they cost before; unpriced ones are not in it.</param>
/// <param name="After">What they cost after.</param>
public sealed record RerateStage(Stage Stage, long Charges, long Priced, CurrencyAmount Before, CurrencyAmount After)
{
    /// <summary>After less before.</summary>
    public CurrencyAmount Difference => After - Before;
}

/// <summary>What a re-rating changes.</summary>
/// <param name="Number">Its number; null when nothing was posted.</param>
/// <param name="Stages">The stages in which anything changes.</param>
/// <param name="Unchanged">Charges whose price is as good as before.</param>
/// <param name="StillUnpriced">Charges that have no price still.</param>
/// <param name="WithoutPrice">Charges that keep the price they have because there is none for them now.</param>
public sealed record RerateSummary(long? Number, IReadOnlyList<RerateStage> Stages, long Unchanged, long StillUnpriced, long WithoutPrice)
{
    /// <summary>Charges that stay as they are because at the new price they are more than an amount holds: which, for people.</summary>
    public IReadOnlyList<string> TooLarge { get; init; } = [];

    /// <summary>After less before, of all stages.</summary>
    public CurrencyAmount Difference => Stages.Aggregate(new CurrencyAmount(0, Currency.Usd), static (sum, stage) => sum + stage.Difference);
}
