using System.Numerics;
using Farthing.Ledger.Money;
using Farthing.Ledger.Posting;
using Farthing.Ledger.Reports;
using Farthing.Ledger.Storage;

namespace Farthing.Ledger.Explain;

/// <summary>Explains the change of the cost of a delivered render between two periods.</summary>
public sealed class Waterfalls(LedgerStore file)
{
    // Parts are kept to 2⁻⁶⁴ of a unit while they are summed, so that no sum depends on the order of its lines.
    private const int Bits = 64;

    // More tag sets than this are taken as one: their shares would be noise.
    private const int MaxClasses = 64;

    /// <summary>Compares two periods, on the basis and in the currency of the first.</summary>
    /// <param name="before">The period before.</param>
    /// <param name="after">The period after.</param>
    /// <param name="claimed">What somebody says a render costs after; null for no claim.</param>
    /// <exception cref="LedgerException">A period delivered nothing, or an entry has no exchange rate.</exception>
    public Waterfall Explain((string Name, ReportQuery Query) before, (string Name, ReportQuery Query) after, Amount? claimed = null)
    {
        ArgumentNullException.ThrowIfNull(before.Query);
        ArgumentNullException.ThrowIfNull(after.Query);
        var (currency, basis) = (before.Query.Currency, before.Query.Basis);
        var (left, right) = file.Read(transaction => (
            PeriodQuery.Read(transaction, before.Query),
            PeriodQuery.Read(transaction, after.Query with { Currency = currency, Basis = basis })));
        return Explain(
            (before.Name, left), (after.Name, right), currency, basis, claimed is { } amount ? new CurrencyAmount(amount.Units, currency) : null);
    }

    internal static Waterfall Explain(
        (string Name, PeriodUsage Usage) before, (string Name, PeriodUsage Usage) after, Currency currency, CostBasis basis, CurrencyAmount? claimed)
    {
        var first = Period(before.Name, before.Usage, currency);
        var last = Period(after.Name, after.Usage, currency);
        var parts = new SortedDictionary<(WaterfallFactor Factor, Stage Stage), BigInteger>();
        foreach (var (stage, line) in Lines(before.Usage, after.Usage))
        {
            foreach (var (factor, part) in line.Parts())
            {
                parts[(factor, stage)] = parts.GetValueOrDefault((factor, stage)) + part.InSteps(Bits);
            }
        }

        var change = last.PerRender - first.PerRender;
        var units = SignedRemainder.Round(change.Units, [.. parts.Values], Bits);
        WaterfallCell[] cells = [.. parts.Keys
            .Select((key, i) => new WaterfallCell(key.Factor, key.Stage, new CurrencyAmount(units[i], currency)))
            .Where(static cell => cell.Change.Units != 0)];
        return new Waterfall
        {
            Before = first,
            After = last,
            Bars = [.. Bars(cells, currency), .. claimed is { } claim ? [new WaterfallBar(WaterfallFactor.Claim, claim - last.PerRender)] : Array.Empty<WaterfallBar>()],
            Cells = cells,
            Claimed = claimed,
            Basis = basis,
        };
    }

    private static IEnumerable<WaterfallBar> Bars(WaterfallCell[] cells, Currency currency) => Enum.GetValues<WaterfallFactor>()
        .Where(static factor => factor != WaterfallFactor.Claim)
        .Select(factor => new WaterfallBar(factor, cells
            .Where(cell => cell.Factor == factor)
            .Aggregate(new CurrencyAmount(0, currency), static (sum, cell) => sum + cell.Change)));

    private static WaterfallPeriod Period(string name, PeriodUsage usage, Currency currency)
    {
        var total = new CurrencyAmount(usage.Lines.Values.Aggregate(Int128.Zero, static (sum, line) => checked(sum + line.Amount)), currency);
        var waste = new CurrencyAmount(usage.Lines.Values.Aggregate(Int128.Zero, static (sum, line) => checked(sum + line.WastedAmount)), currency);
        return total.DividedBy(usage.Attempts.Delivered) is { } perRender
            ? new WaterfallPeriod(name, total, perRender, usage.Attempts, waste, usage.UnpricedCharges)
            : throw new LedgerException(
                LedgerFault.Invalid, $"Nothing was delivered in '{name}', so a render has no cost there. Choose a period with deliveries.");
    }

    private static IEnumerable<(Stage Stage, LineChange Line)> Lines(PeriodUsage before, PeriodUsage after)
    {
        if (before.Delivered.Keys.Union(after.Delivered.Keys).Count() > MaxClasses)
        {
            (before, after) = (AsOneClass.Of(before), AsOneClass.Of(after));
        }

        foreach (var group in before.Lines.Keys.Union(after.Lines.Keys).GroupBy(static key => (key.Tags, key.Stage, key.Meter)))
        {
            LineKey[] keys = [.. group];
            var (left, right) = (Usages(before, keys), Usages(after, keys));
            var hasWork = left.Concat(right).All(static line => line.Work is not null)
                && left.Any(static line => line.Work > 0) && right.Any(static line => line.Work > 0);
            foreach (var key in keys)
            {
                yield return (key.Stage, new LineChange(
                    key, LineFactors.Of(before, key, left, hasWork), LineFactors.Of(after, key, right, hasWork)));
            }
        }
    }

    private static LineUsage[] Usages(PeriodUsage usage, LineKey[] keys) =>
        [.. keys.Select(usage.Lines.GetValueOrDefault).OfType<LineUsage>()];
}
