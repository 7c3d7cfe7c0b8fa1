using System.Globalization;
using Farthing.Ledger.Explain;
using Farthing.Ledger.Money;
using Spectre.Console;

namespace Farthing.Terminal;

/// <summary>A waterfall in a terminal: a row a bar, each starting where the one before it ends.</summary>
internal static class WaterfallView
{
    // The label and the amount with a blank after each.
    private const int WidthBeforeBars = 31 + 15;
    private const int LongestLabel = 30;
    private const int MostBars = 60;
    private const int FewestBars = 12;

    /// <summary>Draws it.</summary>
    /// <param name="waterfall">The figures.</param>
    /// <param name="width">Columns of the terminal.</param>
    public static Table Draw(Waterfall waterfall, int width)
    {
        IReadOnlyList<WaterfallStep> steps = WaterfallSteps.Of(waterfall);
        int columns = Math.Clamp(width - WidthBeforeBars, FewestBars, MostBars);
        Int128 low = Int128.Min(0, steps.Min(static step => Int128.Min(step.From, step.To)));
        Int128 high = Int128.Max(low + 1, steps.Max(static step => Int128.Max(step.From, step.To)));
        var table = new Table { Border = TableBorder.None };
        table.AddColumn(new TableColumn(new Text("cost of a delivered render")).PadLeft(0).PadRight(1).NoWrap());
        table.AddColumn(new TableColumn(new Text(waterfall.Before.Total.Currency.Code())).PadLeft(0).PadRight(1).NoWrap().RightAligned());
        table.AddColumn(new TableColumn(Text.Empty).PadLeft(0).PadRight(0).NoWrap());
        foreach (WaterfallStep step in steps)
        {
            var style = new Style(decoration: step.Factor is null ? Decoration.Bold : Decoration.None);
            string label = step.Label.Length > LongestLabel ? step.Label[..(LongestLabel - 1)] + "…" : step.Label;
            string sign = step.Factor is not null && step.Units > 0 ? "+" : "";
            table.AddRow(
                new Text(label, style),
                new Text(sign + Cells.Money(new CurrencyAmount(step.Units, waterfall.Before.Total.Currency)), style),
                new Text(Bar(step), Colour(step)));
        }

        return table;

        string Bar(WaterfallStep step)
        {
            int from = Column(Int128.Min(step.From, step.To));
            int to = Column(Int128.Max(step.From, step.To));
            char mark = step.Factor switch
            {
                null => '█',
                WaterfallFactor.Unexplained or WaterfallFactor.Claim => '░',
                _ => step.Units < 0 ? '▒' : '▓',
            };
            return new string(' ', Math.Min(from, columns - 1)) + (step.Units == 0 ? "│" : new string(mark, Math.Max(1, to - from)));
        }

        int Column(Int128 units) => (int)((units - low) * columns / (high - low));
    }

    /// <summary>What is said under the bars.</summary>
    public static IEnumerable<string> Notes(Waterfall waterfall)
    {
        yield return "";
        yield return $"The bars sum to {Signed(waterfall.Change)} {waterfall.Change.Currency.Code()} exactly; {waterfall.Basis.ToString().ToLowerInvariant()} basis.";
        if (waterfall.Claimed is { } claimed)
        {
            yield return $"The ledger says {Cells.Money(waterfall.After.PerRender)}. {Cells.Money(claimed)} is a claim: nothing in the ledger leads there.";
        }

        foreach (WaterfallPeriod period in (WaterfallPeriod[])[waterfall.Before, waterfall.After])
        {
            yield return Describe(period);
            if (period.UnpricedCharges > 0)
            {
                yield return string.Create(CultureInfo.InvariantCulture, $"ALARM unpriced: {period.UnpricedCharges} charges of {period.Name} have no price and are in no amount above.");
            }
        }
    }

    private static string Describe(WaterfallPeriod period)
    {
        long undelivered = period.Attempts.Failed + period.Attempts.Lost + period.Attempts.Duplicate + period.Attempts.Cancelled;
        return string.Create(
            CultureInfo.InvariantCulture,
            $"{period.Name}: {period.Total} for {period.Attempts.Delivered:N0} delivered; billed but not delivered: {undelivered:N0} attempts, {period.Waste}.");
    }

    private static string Signed(CurrencyAmount amount) => (amount.Units > 0 ? "+" : "") + amount.ToExactString();

    private static Style Colour(WaterfallStep step) => new(step.Factor switch
    {
        null => Color.Default,
        WaterfallFactor.Unexplained or WaterfallFactor.Claim => Color.Yellow,
        _ => step.Units < 0 ? Color.Green : Color.Red,
    });
}
