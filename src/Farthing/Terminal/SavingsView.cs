using System.Globalization;
using Farthing.Ledger.Posting;
using Farthing.Ledger.Reports;
using Spectre.Console;

namespace Farthing.Terminal;

/// <summary>What was saved, under the costs: the costs stay what they are.</summary>
internal static class SavingsView
{
    /// <summary>Prints a row a kind and stage with its evidence under it; nothing where nothing was saved.</summary>
    public static void Print(Screen screen, StageReport report)
    {
        if (report.Savings.Count == 0)
        {
            return;
        }

        screen.Write("");
        screen.Result.Write(Draw(report));
        foreach (SavingsRow row in report.Savings)
        {
            foreach (SavingsEvidence evidence in row.Evidence)
            {
                screen.Write(string.Create(CultureInfo.InvariantCulture, $"  {row.Kind.Code()}, {evidence.Memos}: {evidence.Text}"));
            }

            if (row.Evidences > row.Evidence.Count)
            {
                screen.Write(string.Create(CultureInfo.InvariantCulture, $"  {row.Kind.Code()}: and {row.Evidences - row.Evidence.Count} more"));
            }

            if (row.Unpriced > 0)
            {
                screen.Write(string.Create(
                    CultureInfo.InvariantCulture, $"ALARM unpriced: {row.Unpriced} of these memos found no price for {row.Resource} {row.Meter} and are in no amount."));
            }
        }
    }

    private static Table Draw(StageReport report)
    {
        Table table = new Table { Border = TableBorder.None };
        table.AddColumn(Column("saved by"));
        table.AddColumn(Column("stage"));
        table.AddColumn(Column("memos").RightAligned());
        table.AddColumn(Column("avoided").RightAligned());
        table.AddColumn(Column("not taken off the costs above").PadRight(0));
        foreach (SavingsRow row in report.Savings)
        {
            table.AddRow(
                new Text(row.Kind.Display()),
                new Text(row.Stage.Display()),
                new Text(row.Memos.ToString(CultureInfo.InvariantCulture)),
                new Text(row.Avoided is null ? "unpriced" : Cells.Money(row.Avoided)),
                new Text(string.Create(CultureInfo.InvariantCulture, $"{row.Quantity} of {row.Resource} {row.Meter}")));
        }

        return table;
    }

    private static TableColumn Column(string header) => new TableColumn(new Text(header)).PadLeft(0).PadRight(1).NoWrap();
}
