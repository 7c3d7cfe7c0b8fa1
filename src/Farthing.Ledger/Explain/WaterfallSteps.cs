namespace Farthing.Ledger.Explain;

/// <summary>One row of a drawn waterfall.</summary>
/// <param name="Label">What it is.</param>
/// <param name="Factor">Its factor; null for a figure that stands on zero.</param>
/// <param name="From">Where it starts.</param>
/// <param name="To">Where it ends.</param>
public sealed record WaterfallStep(string Label, WaterfallFactor? Factor, Int128 From, Int128 To)
{
    /// <summary>The figure itself, or the change.</summary>
    public Int128 Units => To - From;
}

/// <summary>The rows in which a waterfall is drawn, each starting where the one before it ends.</summary>
public static class WaterfallSteps
{
    /// <summary>Before, the factors that changed something, unexplained always, after, and the claim.</summary>
    public static IReadOnlyList<WaterfallStep> Of(Waterfall waterfall)
    {
        ArgumentNullException.ThrowIfNull(waterfall);
        var steps = new List<WaterfallStep>();
        var at = waterfall.Before.PerRender.Units;
        steps.Add(new WaterfallStep($"before: {waterfall.Before.Name}", null, 0, at));
        foreach (var bar in waterfall.Bars.Where(static bar => bar.Factor != WaterfallFactor.Claim))
        {
            if (bar.Change.Units != 0 || bar.Factor == WaterfallFactor.Unexplained)
            {
                steps.Add(new WaterfallStep(bar.Factor.Display(), bar.Factor, at, at + bar.Change.Units));
                at += bar.Change.Units;
            }
        }

        steps.Add(new WaterfallStep($"after: {waterfall.After.Name}", null, 0, waterfall.After.PerRender.Units));
        if (waterfall.Claimed is { } claimed)
        {
            steps.Add(new WaterfallStep(WaterfallFactor.Claim.Display(), WaterfallFactor.Claim, waterfall.After.PerRender.Units, claimed.Units));
            steps.Add(new WaterfallStep("claimed", null, 0, claimed.Units));
        }

        return steps;
    }
}
