using System.Globalization;
using System.Security;
using System.Text;
using Farthing.Ledger.Money;

namespace Farthing.Ledger.Explain;

/// <summary>A waterfall as a picture (SVG 1.1): a row a bar, drawn by whole pixels from the exact amounts.</summary>
public static class WaterfallSvg
{
    private const int Width = 880;
    private const int RowHeight = 30;
    private const int Top = 64;
    private const int PlotLeft = 270;
    private const int PlotWidth = 450;
    private const int LongestLabel = 36;

    /// <summary>Draws it.</summary>
    public static string Write(Waterfall waterfall)
    {
        ArgumentNullException.ThrowIfNull(waterfall);
        var steps = WaterfallSteps.Of(waterfall);
        var currency = waterfall.Before.Total.Currency;
        var low = Int128.Min(0, steps.Min(static step => Int128.Min(step.From, step.To)));
        var high = Int128.Max(low + 1, steps.Max(static step => Int128.Max(step.From, step.To)));
        var height = Top + (RowHeight * steps.Count) + 40;
        var text = new StringBuilder();
        text.Append(CultureInfo.InvariantCulture, $"""
            <svg xmlns="http://www.w3.org/2000/svg" width="{Width}" height="{height}" viewBox="0 0 {Width} {height}" role="img" aria-labelledby="title" font-family="system-ui, 'DejaVu Sans', sans-serif" font-size="14" fill="#1f2933">
            <title id="title">Cost of a delivered render, before and after</title>
            <defs><pattern id="hatch" width="6" height="6" patternUnits="userSpaceOnUse" patternTransform="rotate(45)"><rect width="6" height="6" fill="#f6e3b4"/><rect width="3" height="6" fill="#c98a00"/></pattern></defs>
            <rect width="{Width}" height="{height}" fill="#ffffff"/>
            <text x="16" y="28" font-size="17" font-weight="600">Cost of a delivered render, {currency.Code()}</text>
            <text x="16" y="48" font-size="12" fill="#52606d">{waterfall.Basis.ToString().ToLowerInvariant()} basis · the bars sum to the change to the last 10⁻¹² {currency.Code()}</text>

            """);
        for (var i = 0; i < steps.Count; i++)
        {
            Append(text, steps[i], Top + (RowHeight * i), X, currency, i + 1 < steps.Count);
        }

        text.Append(CultureInfo.InvariantCulture, $"""
            <line x1="{X(0)}" y1="{Top - 4}" x2="{X(0)}" y2="{Top + (RowHeight * steps.Count)}" stroke="#1f2933"/>
            <text x="16" y="{height - 14}" font-size="12" fill="#52606d">green: cheaper · red: dearer · hatched: what nothing in the ledger explains</text>
            </svg>

            """);
        return text.ToString();

        int X(Int128 units) => PlotLeft + (int)((units - low) * PlotWidth / (high - low));
    }

    private static void Append(StringBuilder text, WaterfallStep step, int y, Func<Int128, int> x, Currency currency, bool hasNext)
    {
        var (left, right) = (Math.Min(x(step.From), x(step.To)), Math.Max(x(step.From), x(step.To)));
        var label = step.Label.Length > LongestLabel ? step.Label[..(LongestLabel - 1)] + "…" : step.Label;
        var weight = step.Factor is null ? " font-weight=\"600\"" : "";
        var sign = step.Factor is not null && step.Units > 0 ? "+" : "";
        text.Append(CultureInfo.InvariantCulture, $"""
            <text x="{PlotLeft - 10}" y="{y + 19}" text-anchor="end"{weight}>{Safe(label)}</text>
            <rect x="{left}" y="{y + 4}" width="{Math.Max(1, right - left)}" height="{RowHeight - 9}" fill="{Fill(step)}"/>
            <text x="{Width - 16}" y="{y + 19}" text-anchor="end"{weight}>{sign}{Money(step.Units, currency)}</text>

            """);
        if (hasNext)
        {
            text.Append(CultureInfo.InvariantCulture, $"""
                <line x1="{x(step.To)}" y1="{y + RowHeight - 5}" x2="{x(step.To)}" y2="{y + RowHeight + 4}" stroke="#9aa5b1"/>

                """);
        }
    }

    /// <summary>Nine places, rounded half to even: a column of them lines up.</summary>
    private static string Money(Int128 units, Currency currency) =>
        (units < 0 ? "-" : "") + currency.Symbol() + new CurrencyAmount(Int128.Abs(HalfEven.Divide(units, 1000)) * 1000, currency).ToExactString()[..^3];

    private static string Fill(WaterfallStep step) => step.Factor switch
    {
        null => "#3e4c59",
        WaterfallFactor.Unexplained or WaterfallFactor.Claim => "url(#hatch)",
        _ => step.Units <= 0 ? "#2f855a" : "#c53030",
    };

    private static string Safe(string label) =>
        SecurityElement.Escape(new string([.. label.Select(static c => char.IsControl(c) || char.IsSurrogate(c) ? '?' : c)]));
}
