using System.Globalization;
using Farthing.Ledger.Reports;
using Spectre.Console;

namespace Farthing.Terminal;

/// <summary>A row a run, day, set of tags or precision, and their total.</summary>
internal static class GroupTableView
{
    /// <summary>Draws a report.</summary>
    public static Table Draw(GroupedReport report)
    {
        var table = new Table { Border = TableBorder.None };
        table.AddColumn(new TableColumn(new Text(report.Grouping.ToString().ToLowerInvariant())).PadLeft(0).PadRight(1));
        foreach (string header in (ReadOnlySpan<string>)["delivered", "failed", "lost", "% cost", "cost", "cost/render"])
        {
            table.AddColumn(new TableColumn(new Text(header)).PadLeft(0).PadRight(1).NoWrap().RightAligned());
        }

        foreach (ReportGroup group in report.Groups)
        {
            Add(group.Key.Length > 0 ? group.Key : Cells.None, group.Report);
        }

        Add("total", report.Total);
        return table;

        void Add(string key, StageReport row) => table.AddRow(
            new Text(ShownName.Of(key)),
            Count(row.Attempts.Delivered),
            Count(row.Attempts.Failed),
            Count(row.Attempts.Lost),
            new Text(Share(row, report.Total)),
            new Text(Cells.Money(row.Total)),
            new Text(Cells.Money(row.CostPerRender)));
    }

    private static Text Count(long count) => new(count.ToString(CultureInfo.InvariantCulture));

    private static string Share(StageReport row, StageReport total) =>
        total.Total.Units > 0 ? Cells.Percent((int)(row.Total.Units * 1_000_000 / total.Total.Units)) : Cells.None;
}
