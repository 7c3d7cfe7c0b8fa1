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
    /// <summary>The same as a table.</summary>
    public Sheet ToSheet() => new(
        "renders",
        "Cost of a delivered render",
        ["renders", "with waste", "without waste", "p50", "p95", "max", "dearest"],
        [[SheetCell.Of(Renders), SheetCell.Of(WithWaste), SheetCell.Of(WithoutWaste), SheetCell.Of(Median), SheetCell.Of(P95), SheetCell.Of(Most), SheetCell.Of(MostRender)]],
        HasTotal: false);

    internal static RenderCosts Of(AttemptCosts costs, Currency currency)
    {
        var delivered = costs.Renders.Where(static each => each.Value.IsDelivered)
            .OrderBy(static each => each.Value.All).ThenBy(static each => each.Key.Run, StringComparer.Ordinal).ThenBy(static each => each.Key.Render, StringComparer.Ordinal)
            .ToList();
        if (delivered.Count == 0)
        {
            return new RenderCosts(0, null, null, null, null, null, "");
        }

        var all = costs.Renders.Values.Aggregate(Int128.Zero, static (sum, render) => sum + render.All);
        var own = delivered.Aggregate(Int128.Zero, static (sum, render) => sum + render.Value.Delivered);
        return new RenderCosts(
            delivered.Count,
            new CurrencyAmount(all, currency).DividedBy(delivered.Count),
            new CurrencyAmount(own, currency).DividedBy(delivered.Count),
            Rank(50),
            Rank(95),
            Rank(100),
            $"{delivered[^1].Key.Run}/{delivered[^1].Key.Render}");

        CurrencyAmount Rank(int percent) => new(delivered[(int)((((long)delivered.Count * percent) + 99) / 100) - 1].Value.All, currency);
    }
}
