using System.Globalization;
using System.Security;
using System.Text;
using Farthing.Ledger.Posting;

namespace Farthing.Ledger.Reports;

/// <summary>Reports as a picture (SVG 1.1), drawn by whole pixels from the exact figures.</summary>
public static class ReportSvg
{
    private const int Width = 880;
    private const int RowHeight = 40;
    private const int Top = 76;
    private const int PlotLeft = 200;
    private const int PlotWidth = 480;
    private const int LongestLabel = 26;
    private const string TimeColour = "#9fb3c8";
    private const string CostColour = "#2f6f9f";

    /// <summary>A stage table: each stage's share of the time and of the cost, and its cost.</summary>
    public static string Write(StageReport report)
    {
        ArgumentNullException.ThrowIfNull(report);
        var text = Begin("Where time and money go", $"{SheetCell.Shown9(report.Total)} in all, {report.Basis.ToString().ToLowerInvariant()} basis", report.Rows.Count, hasTime: true);
        for (var i = 0; i < report.Rows.Count; i++)
        {
            var row = report.Rows[i];
            var y = Top + (i * RowHeight);
            Label(text, y, row.Stage.Display(), SheetCell.Shown9(row.Amount));
            Bar(text, y + 3, 13, row.TimeShare, 1_000_000, TimeColour, Percent(row.TimeShare));
            Bar(text, y + 18, 13, row.CostShare, 1_000_000, CostColour, Percent(row.CostShare));
        }

        return End(text);
    }

    /// <summary>A bar a group: what it cost, in proportion to the dearest.</summary>
    public static string Write(GroupedReport report)
    {
        ArgumentNullException.ThrowIfNull(report);
        var text = Begin($"Cost by {report.Grouping.ToString().ToLowerInvariant()}", $"{SheetCell.Shown9(report.Total.Total)} in all, {report.Total.Basis.ToString().ToLowerInvariant()} basis", report.Groups.Count, hasTime: false);
        var most = report.Groups.Aggregate(Int128.One, static (most, group) => Int128.Max(most, group.Report.Total.Units));
        for (var i = 0; i < report.Groups.Count; i++)
        {
            var group = report.Groups[i];
            var y = Top + (i * RowHeight);
            Label(text, y, group.Key.Length == 0 ? "–" : group.Key, SheetCell.Shown9(group.Report.Total));
            Bar(text, y + 7, 20, Int128.Max(0, group.Report.Total.Units), most, CostColour, "");
        }

        return End(text);
    }

    private static StringBuilder Begin(string title, string under, int rows, bool hasTime)
    {
        var height = Top + (RowHeight * rows) + 16;
        var text = new StringBuilder();
        text.Append(CultureInfo.InvariantCulture, $"""
            <svg xmlns="http://www.w3.org/2000/svg" width="{Width}" height="{height}" viewBox="0 0 {Width} {height}" role="img" aria-labelledby="title" font-family="system-ui, 'DejaVu Sans', sans-serif" font-size="14" fill="#1f2933">
            <title id="title">{Safe(title)}</title>
            <rect width="{Width}" height="{height}" fill="#ffffff"/>
            <text x="16" y="28" font-size="17" font-weight="600">{Safe(title)}</text>
            <text x="16" y="50" font-size="12" fill="#52606d">{Safe(under)}</text>

            """);
        if (hasTime)
        {
            text.Append(CultureInfo.InvariantCulture, $"""
                <rect x="{Width - 216}" y="38" width="12" height="12" fill="{TimeColour}"/><text x="{Width - 198}" y="49" font-size="12">share of time</text>
                <rect x="{Width - 108}" y="38" width="12" height="12" fill="{CostColour}"/><text x="{Width - 90}" y="49" font-size="12">share of cost</text>

                """);
        }

        return text;
    }

    private static void Label(StringBuilder text, int y, string label, string amount) => text.Append(CultureInfo.InvariantCulture, $"""
        <text x="{PlotLeft - 12}" y="{y + 22}" text-anchor="end">{Safe(label.Length > LongestLabel ? label[..(LongestLabel - 1)] + "…" : label)}</text>
        <text x="{Width - 16}" y="{y + 22}" text-anchor="end">{Safe(amount)}</text>

        """);

    private static void Bar(StringBuilder text, int y, int height, Int128 part, Int128 whole, string colour, string figure)
    {
        var width = (int)(part * PlotWidth / whole);
        text.Append(CultureInfo.InvariantCulture, $"""
            <rect x="{PlotLeft}" y="{y}" width="{(part > 0 ? Math.Max(1, width) : 0)}" height="{height}" fill="{colour}"/>
            <text x="{PlotLeft + width + 6}" y="{y + 11}" font-size="11" fill="#52606d">{figure}</text>

            """);
    }

    private static string End(StringBuilder text) => text.Append(CultureInfo.InvariantCulture, $"""
        <line x1="{PlotLeft}" y1="{Top - 4}" x2="{PlotLeft}" y2="100%" stroke="#1f2933"/>
        </svg>

        """).ToString();

    private static string Percent(int millionths) => (millionths / 10_000m).ToString("F1", CultureInfo.InvariantCulture) + "%";

    internal static string Safe(string label) => SecurityElement.Escape(ShownName.Of(label));
}
