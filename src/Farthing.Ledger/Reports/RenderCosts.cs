using Farthing.Ledger.Money;

namespace Farthing.Ledger.Reports;

/// <summary>What delivered renders cost themselves (the marginal basis), one by one.</summary>
/// <param name="Renders">How many were delivered and charged for.</param>
/// <param name="WithWaste">A render's mean with all its attempts, and those of renders that were never delivered; null for none.</param>
/// <param name="WithoutWaste">A render's mean with the attempt that delivered alone.</param>
/// <param name="Median">Half of them cost no more, all attempts of the render included (nearest rank).</param>
/// <param name="P95">95 of 100 cost no more.</param>
/// <param name="Most">The dearest.</param>
/// <param name="MostRender">Which one that is: <c>run/render</c>.</param>
public sealed record RenderCosts(
    long Renders, CurrencyAmount? WithWaste, CurrencyAmount? WithoutWaste, CurrencyAmount? Median, CurrencyAmount? P95, CurrencyAmount? Most, string MostRender)
{
    /// <summary>Charges of the scope that have no price and are in no figure here.</summary>
    public long Unpriced { get; init; }

    /// <summary>The same as a table.</summary>
    public Sheet ToSheet() => new(
        "renders",
        "Cost of a delivered render",
        ["renders", "with waste", "without waste", "p50", "p95", "max", "dearest"],
        [[SheetCell.Of(Renders), SheetCell.Of(WithWaste), SheetCell.Of(WithoutWaste), SheetCell.Of(Median), SheetCell.Of(P95), SheetCell.Of(Most), SheetCell.Of(MostRender)]],
        HasTotal: false)
    {
        Unpriced = Unpriced,
    };

    internal static RenderCosts Of(RenderSums sums, Currency currency)
    {
        var count = sums.Costs.Count;
        return count == 0
            ? new RenderCosts(0, null, null, null, null, null, "")
            : new RenderCosts(
                count,
                new CurrencyAmount(sums.All, currency).DividedBy(count),
                new CurrencyAmount(sums.Delivered, currency).DividedBy(count),
                Rank(50),
                Rank(95),
                Rank(100),
                sums.Dearest);

        CurrencyAmount Rank(int percent) => new(sums.Costs[(int)((((long)count * percent) + 99) / 100) - 1], currency);
    }
}
