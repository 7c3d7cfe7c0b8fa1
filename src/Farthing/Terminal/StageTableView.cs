using Farthing.Ledger.Posting;
using Farthing.Ledger.Reports;
using Spectre.Console;

namespace Farthing.Terminal;

/// <summary>The stage table: what each stage took of the time and the money, and what it cost a delivered picture.</summary>
internal static class StageTableView
{
    // Stage, two shares and an amount, with a blank after each.
    private const int WidthBeforeNotes = 21 + 7 + 7 + 13;

    /// <summary>Draws a report.</summary>
    /// <param name="report">The figures.</param>
    /// <param name="width">Columns of the terminal; the notes are broken so that nothing wraps.</param>
    public static Table Draw(StageReport report, int width)
    {
        Table table = new Table().Border(TableBorder.Simple).BorderStyle(Style.Plain);
        table.Border = TableBorder.None;
        table.AddColumn(Column("stage"));
        table.AddColumn(Column("% time").RightAligned());
        table.AddColumn(Column("% cost").RightAligned());
        table.AddColumn(Column("cost/render").RightAligned());
        table.AddColumn(Column("notes").PadRight(0));
        foreach (StageRow row in report.Rows)
        {
            table.AddRow(
                new Text(row.Stage.Display()),
                new Text(Cells.Percent(row.TimeShare)),
                new Text(Cells.Percent(row.CostShare)),
                new Text(Cells.Money(row.CostPerRender)),
                new Text(Note(row.Stage, report.Basis)));
        }

        table.AddRow(
            new Text("total", new Style(decoration: Decoration.Bold)),
            Text.Empty,
            Text.Empty,
            new Text(Cells.Money(report.CostPerRender), new Style(decoration: Decoration.Bold)),
            new Text(Fit(Cells.Outcomes(report.Attempts), width - WidthBeforeNotes)));
        return table;
    }

    private static TableColumn Column(string header) => new TableColumn(new Text(header)).PadLeft(0).PadRight(1).NoWrap();

    private static string Note(Stage stage, CostBasis basis) => stage switch
    {
        Stage.Lost => "time that no picture explains",
        _ when stage.IsShared() && basis == CostBasis.Loaded => "no stage to spread it over",
        _ => "",
    };

    /// <summary>Joined with dots; a new line begins where the next part would not fit.</summary>
    private static string Fit(IReadOnlyList<string> parts, int width)
    {
        const string dot = " · ";
        string text = parts[0];
        int used = text.Length;
        foreach (string part in parts.Skip(1))
        {
            bool fits = used + dot.Length + part.Length <= width;
            used = fits ? used + dot.Length + part.Length : part.Length;
            text += (fits ? dot : "\n") + part;
        }

        return text;
    }
}
