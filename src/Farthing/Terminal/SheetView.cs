using System.Globalization;
using Farthing.Commands;
using Farthing.Ledger.Reports;
using Spectre.Console;

namespace Farthing.Terminal;

/// <summary>A table of figures in the terminal, or as it is for programs.</summary>
internal static class SheetView
{
    /// <summary>Prints it.</summary>
    public static void Print(Screen screen, Sheet sheet, ReportFormat format)
    {
        switch (format)
        {
            case ReportFormat.Csv:
                screen.Result.Profile.Out.Writer.Write(sheet.ToCsv());
                break;
            case ReportFormat.Json:
                screen.Write(sheet.ToJson());
                break;
            default:
                screen.Write(sheet.Title);
                screen.Result.Write(Draw(sheet));
                if (sheet.Unpriced > 0)
                {
                    screen.Write(string.Create(CultureInfo.InvariantCulture, $"{sheet.Unpriced:N0} charges of this scope have no price and are in no figure here: `farthing report` lists them."));
                }

                break;
        }
    }

    private static Table Draw(Sheet sheet)
    {
        Table table = new Table { Border = TableBorder.None };
        for (int i = 0; i < sheet.Columns.Count; i++)
        {
            bool isNumber = sheet.Rows.Count > 0 && sheet.Rows[0][i].IsNumber;
            TableColumn column = new TableColumn(new Text(sheet.Columns[i])).PadLeft(0).PadRight(1);
            table.AddColumn(isNumber ? column.RightAligned().NoWrap() : column);
        }

        foreach (IReadOnlyList<SheetCell> row in sheet.Rows)
        {
            table.AddRow(row.Select(static cell => new Text(ShownName.Of(cell.Shown))));
        }

        return table;
    }
}
