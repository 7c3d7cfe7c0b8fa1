using System.Globalization;
using System.Text;
using Farthing.Ledger.Money;

namespace Farthing.Ledger.Explain;

/// <summary>
/// A waterfall as CSV (RFC 4180): the cost before, each factor's change and that change by stage, the cost after, and the
/// claim. Amounts are exact decimals of 12 places.
/// </summary>
public static class WaterfallCsv
{
    /// <summary>Writes it.</summary>
    public static string Write(Waterfall waterfall)
    {
        ArgumentNullException.ThrowIfNull(waterfall);
        var text = new StringBuilder("row,factor,stage,amount,currency,basis\r\n");
        Append("before", "", "", waterfall.Before.PerRender);
        foreach (var bar in waterfall.Bars)
        {
            if (bar.Factor == WaterfallFactor.Claim)
            {
                Append("after", "", "", waterfall.After.PerRender);
            }

            Append("change", bar.Factor.Code(), "", bar.Change);
            foreach (var cell in waterfall.Cells.Where(cell => cell.Factor == bar.Factor))
            {
                Append("part", cell.Factor.Code(), Posting.StageNames.Code(cell.Stage), cell.Change);
            }
        }

        Append(waterfall.Claimed is null ? "after" : "claimed", "", "", waterfall.Claimed ?? waterfall.After.PerRender);
        return text.ToString();

        void Append(string row, string factor, string stage, CurrencyAmount amount) => text.Append(
            CultureInfo.InvariantCulture,
            $"{row},{factor},{stage},{amount.ToExactString()},{amount.Currency.Code()},{waterfall.Basis.ToString().ToLowerInvariant()}\r\n");
    }
}
