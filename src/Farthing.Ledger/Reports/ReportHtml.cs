using System.Globalization;
using System.Text;
using Farthing.Ledger.Money;
using Farthing.Ledger.Posting;

namespace Farthing.Ledger.Reports;

/// <summary>All that a page says about a scope.</summary>
/// <param name="Query">The scope.</param>
/// <param name="Stages">The stage table.</param>
/// <param name="Days">The same by day.</param>
/// <param name="Renders">What delivered renders cost.</param>
/// <param name="Waste">What was billed but not delivered.</param>
/// <param name="Devices">Leased time by device.</param>
public sealed record ReportPage(ReportQuery Query, StageReport Stages, GroupedReport Days, RenderCosts Renders, WasteReport Waste, DeviceReport Devices);

/// <summary>A report as one HTML page without scripts or anything from elsewhere, made to be printed on A4.</summary>
public static class ReportHtml
{
    private const string Style =
        """
        @page { size: A4; margin: 16mm 14mm; }
        * { box-sizing: border-box; }
        body { font: 14px/1.45 system-ui, 'DejaVu Sans', sans-serif; color: #1f2933; max-width: 920px; margin: 32px auto; padding: 0 20px; }
        h1 { font-size: 24px; margin: 0 0 4px; }
        h2 { font-size: 17px; margin: 32px 0 8px; break-after: avoid; }
        p { margin: 6px 0; }
        .under, td.none { color: #52606d; }
        .figures { display: flex; flex-wrap: wrap; gap: 10px; margin: 18px 0; }
        .figures div { border: 1px solid #cbd2d9; border-radius: 6px; padding: 8px 14px; flex: 1 1 130px; }
        .figures b { display: block; font-size: 18px; font-variant-numeric: tabular-nums; }
        .figures span { font-size: 12px; color: #52606d; }
        table { border-collapse: collapse; width: 100%; font-size: 12.5px; font-variant-numeric: tabular-nums; }
        thead { display: table-header-group; }
        tr { break-inside: avoid; }
        th, td { text-align: left; padding: 4px 7px; border-bottom: 1px solid #e4e7eb; vertical-align: top; overflow-wrap: anywhere; }
        th { font-weight: 600; border-bottom: 1px solid #1f2933; overflow-wrap: normal; }
        th:first-child, td:first-child { padding-left: 0; }
        th:last-child, td:last-child { padding-right: 0; }
        th.n, td.n { text-align: right; white-space: nowrap; overflow-wrap: normal; }
        tr.total td { font-weight: 600; border-bottom: 0; border-top: 1px solid #1f2933; }
        .wide { font-size: 10.5px; }
        .wide th, .wide td { padding-left: 4px; padding-right: 4px; }
        svg { width: 100%; height: auto; break-inside: avoid; }
        .alarm { border-left: 4px solid #c53030; padding-left: 10px; }
        footer { margin-top: 32px; font-size: 12px; color: #52606d; }
        @media print { body { margin: 0; padding: 0; max-width: none; font-size: 11.5px; } .figures b { font-size: 15px; } * { -webkit-print-color-adjust: exact; print-color-adjust: exact; } }
        """;

    /// <summary>Writes it.</summary>
    public static string Write(ReportPage page)
    {
        ArgumentNullException.ThrowIfNull(page);
        var text = new StringBuilder();
        var (scope, currency) = (Scope(page.Query), page.Query.Currency.Code());
        text.Append(CultureInfo.InvariantCulture, $"""
            <!DOCTYPE html>
            <html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">
            <title>What renders cost: {Safe(scope)}</title>
            <style>
            {Style}
            </style></head><body>
            <h1>What renders cost</h1>
            <p class="under">{Safe(scope)} · {currency} · {page.Stages.Basis.ToString().ToLowerInvariant()} basis: idle and warm-up are {(page.Stages.Basis == CostBasis.Loaded ? "spread over the stages" : "left out")}</p>

            """);
        var attempts = page.Stages.Attempts;
        Figures(
            text,
            ("in all", SheetCell.Shown9(page.Stages.Total)),
            ("a delivered render", SheetCell.Of(page.Stages.CostPerRender).Shown),
            ("delivered", attempts.Delivered.ToString("N0", CultureInfo.InvariantCulture)),
            ("failed, lost, duplicate, cancelled", (attempts.Failed + attempts.Lost + attempts.Duplicate + attempts.Cancelled).ToString("N0", CultureInfo.InvariantCulture)),
            ($"billed but not delivered, {SheetCell.OfShare(page.Waste.Share).Shown} of what renders cost themselves", SheetCell.Shown9(page.Waste.Total)));
        foreach (var usage in page.Stages.Unpriced)
        {
            text.Append(CultureInfo.InvariantCulture, $"<p class=\"alarm\">Without a price and in no amount here: {usage.Charges:N0} charges of {Safe(usage.Resource)} {Safe(usage.Meter)}, {usage.Quantity} together.</p>\n");
        }

        text.Append("<h2>By stage</h2>\n").Append(ReportSvg.Write(page.Stages));
        Append(text, Stages(page.Stages));
        text.Append("<h2>By day</h2>\n");
        Append(text, Days(page.Days));
        foreach (var sheet in new[] { page.Renders.ToSheet(), page.Waste.ToSheet(), page.Devices.ToSheet() })
        {
            text.Append(CultureInfo.InvariantCulture, $"<h2>{Safe(sheet.Title)}</h2>\n");
            Append(text, sheet);
        }

        if (page.Stages.Savings.Count > 0)
        {
            text.Append("<h2>Saved</h2>\n<p class=\"under\">Beside the costs, and taken off none of them.</p>\n");
            Append(text, Savings(page.Stages));
        }

        text.Append("<footer>Every row adds up to its total to the last 10⁻¹² of the currency; what is shown is rounded, half to even, and the CSV and the JSON are exact. The renders' own costs, what was not delivered and the devices are on the marginal basis.</footer>\n</body></html>\n");
        return text.ToString();
    }

    private static void Figures(StringBuilder text, params ReadOnlySpan<(string Name, string Figure)> figures)
    {
        text.Append("<div class=\"figures\">\n");
        foreach (var (name, figure) in figures)
        {
            text.Append(CultureInfo.InvariantCulture, $"<div><b>{Safe(figure)}</b><span>{Safe(name)}</span></div>\n");
        }

        text.Append("</div>\n");
    }

    private static Sheet Stages(StageReport report) => new(
        "stages",
        "By stage",
        ["stage", "device time", "% of time", "cost", "% of cost", "a delivered render"],
        [
            .. report.Rows.Select(static row => (IReadOnlyList<SheetCell>)
            [
                SheetCell.Of(row.Stage.Display()), SheetCell.OfTime(row.Time.Value), SheetCell.OfShare(row.TimeShare), SheetCell.Of(row.Amount), SheetCell.OfShare(row.CostShare), SheetCell.Of(row.CostPerRender),
            ]),
            [SheetCell.Of("total"), SheetCell.OfTime(report.TotalTime.Value), new("", "", true), SheetCell.Of(report.Total), new("", "", true), SheetCell.Of(report.CostPerRender)],
        ],
        HasTotal: true);

    private static Sheet Days(GroupedReport report) => new(
        "days",
        "By day",
        ["day", "delivered", "failed", "lost", "cost", "a delivered render"],
        [.. report.Groups.Select(static group => Day(group.Key, group.Report)), Day("total", report.Total)],
        HasTotal: true);

    private static IReadOnlyList<SheetCell> Day(string key, StageReport report) =>
        [SheetCell.Of(key), SheetCell.Of(report.Attempts.Delivered), SheetCell.Of(report.Attempts.Failed), SheetCell.Of(report.Attempts.Lost), SheetCell.Of(report.Total), SheetCell.Of(report.CostPerRender)];

    private static Sheet Savings(StageReport report) => new(
        "savings",
        "Saved",
        ["saved by", "stage", "resource", "meter", "memos", "avoided", "evidence"],
        [
            .. report.Savings.Select(static row => (IReadOnlyList<SheetCell>)
            [
                SheetCell.Of(row.Kind.Display()), SheetCell.Of(row.Stage.Display()), SheetCell.Of(row.Resource), SheetCell.Of(row.Meter), SheetCell.Of(row.Memos),
                row.Avoided is null ? SheetCell.Of("unpriced") : SheetCell.Of(row.Avoided),
                SheetCell.Of(string.Join("; ", row.Evidence.Select(static evidence => evidence.Text))),
            ]),
        ],
        HasTotal: false);

    private static void Append(StringBuilder text, Sheet sheet)
    {
        if (sheet.Rows.Count == 0 || (sheet.HasTotal && sheet.Rows.Count == 1))
        {
            text.Append("<p class=\"under\">None.</p>\n");
            return;
        }

        text.Append(sheet.Columns.Count > 8 ? "<table class=\"wide\"><thead><tr>" : "<table><thead><tr>");
        for (var i = 0; i < sheet.Columns.Count; i++)
        {
            text.Append(CultureInfo.InvariantCulture, $"<th{(sheet.Rows[0][i].IsNumber ? " class=\"n\"" : "")}>{Safe(sheet.Columns[i])}</th>");
        }

        text.Append("</tr></thead><tbody>\n");
        for (var i = 0; i < sheet.Rows.Count; i++)
        {
            text.Append(sheet.HasTotal && i == sheet.Rows.Count - 1 ? "<tr class=\"total\">" : "<tr>");
            foreach (var cell in sheet.Rows[i])
            {
                text.Append(CultureInfo.InvariantCulture, $"<td{(cell.IsNumber ? " class=\"n\"" : "")}>{Safe(cell.Shown)}</td>");
            }

            text.Append("</tr>\n");
        }

        text.Append("</tbody></table>\n");
    }

    private static string Scope(ReportQuery query)
    {
        var days = (query.From, query.To) switch
        {
            (null, null) => "all days",
            ({ } from, null) => $"from {from:yyyy-MM-dd}",
            (null, { } to) => $"to {to:yyyy-MM-dd}",
            ({ } from, { } to) => from == to ? $"{from:yyyy-MM-dd}" : $"{from:yyyy-MM-dd} to {to:yyyy-MM-dd}",
        };
        return (query.RunId is { } run ? $"run {run}, " : "") + days + (query.Tag is { } tag ? $", tag {tag}" : "");
    }

    private static string Safe(string text) => ReportSvg.Safe(text);
}
