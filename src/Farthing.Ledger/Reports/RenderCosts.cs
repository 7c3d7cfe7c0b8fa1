using Farthing.Ledger.Money;

namespace Farthing.Ledger.Reports;

/// <summary>
/// What delivered renders cost themselves (the marginal basis). The means are of all that were delivered; the ranks are of those that were charged
/// for by themselves, among which a lot of imported renders is one: it is charged on its first.
/// </summary>
/// <param name="Renders">How many were delivered.</param>
/// <param name="WithWaste">A render's mean with all its attempts, and those of renders that were never delivered; null for none.</param>
/// <param name="WithoutWaste">A render's mean with the attempt that delivered alone.</param>
/// <param name="Charged">How many of them have charges of their own; a lot is one.</param>
/// <param name="Median">Half of those that were charged for cost no more, all attempts of each included (nearest rank).</param>
/// <param name="P95">95 of 100 cost no more.</param>
/// <param name="Most">The dearest.</param>
/// <param name="MostRender">Which one that is: <c>run/render</c>.</param>
public sealed record RenderCosts(
    long Renders, CurrencyAmount? WithWaste, CurrencyAmount? WithoutWaste, long Charged, CurrencyAmount? Median, CurrencyAmount? P95, CurrencyAmount? Most, string MostRender)
{
    /// <summary>Charges of the scope that have no price and are in no figure here.</summary>
    public long Unpriced { get; init; }

    /// <summary>The same as a table.</summary>
    public Sheet ToSheet() => new(
        "renders",
        "Cost of a delivered render",
        ["renders", "with waste", "without waste", "charged", "charged p50", "charged p95", "charged max", "dearest"],
        [
            [
                SheetCell.Of(Renders), SheetCell.Of(WithWaste), SheetCell.Of(WithoutWaste),
                SheetCell.Of(Charged), SheetCell.Of(Median), SheetCell.Of(P95), SheetCell.Of(Most), SheetCell.Of(MostRender),
            ],
        ],
        HasTotal: false)
    {
        Unpriced = Unpriced,
    };

    internal static RenderCosts Of(RenderSums sums, Currency currency)
    {
        var charged = sums.Costs.Count;
        return new RenderCosts(
            sums.Renders,
            new CurrencyAmount(sums.All, currency).DividedBy(sums.Renders),
            new CurrencyAmount(sums.Delivered, currency).DividedBy(sums.Renders),
            charged,
            Rank(50),
            Rank(95),
            Rank(100),
            sums.Dearest);

        CurrencyAmount? Rank(int percent) => charged == 0 ? null : new CurrencyAmount(sums.Costs[(int)((((long)charged * percent) + 99) / 100) - 1], currency);
    }
}
