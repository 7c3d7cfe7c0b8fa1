using System.Globalization;
using Farthing.Ledger.Reconciliation;
using Spectre.Console;

namespace Farthing.Terminal;

/// <summary>What an invoice and the ledger disagree about.</summary>
internal static class ReconciliationView
{
    // What does not fit a screen is in the CSV.
    private const int MostRows = 200;

    /// <summary>Prints it.</summary>
    public static void Print(Screen screen, Reconciliation found)
    {
        foreach (Difference each in found.Differences.Take(MostRows))
        {
            string worth = each.Worth.Length == 0 ? "" : $" ({Signed(each.Worth)} {found.Currency})";
            screen.Write(string.Create(
                CultureInfo.InvariantCulture,
                $"{each.Key.Day:yyyy-MM-dd} {each.Key.Resource} {each.Key.Meter}: {each.Kind.Display()}{worth}"));
            screen.Write($"    quantity: invoice {Said(each.InvoiceQuantity)}, ledger {Said(each.LedgerQuantity)}; amount: invoice {Said(each.InvoiceAmount)}, ledger {Said(each.LedgerAmount)}");
            screen.Write("    " + each.Explanation);
        }

        if (found.Differences.Count > MostRows)
        {
            screen.Write(string.Create(CultureInfo.InvariantCulture, $"… and {found.Differences.Count - MostRows} more; --csv lists them all."));
        }

        if (found.Differences.Count > 0)
        {
            var table = new Table { Border = TableBorder.None };
            table.AddColumn(new TableColumn(new Text("why")).PadLeft(0));
            table.AddColumn(new TableColumn(new Text("places")).RightAligned());
            foreach (IGrouping<DifferenceKind, Difference> kind in found.Differences.GroupBy(static each => each.Kind).OrderBy(static kind => kind.Key))
            {
                table.AddRow(new Text(kind.Key.Display()), new Text(kind.Count().ToString(CultureInfo.InvariantCulture)));
            }

            screen.Write("");
            screen.Result.Write(table);
        }

        if (Outside(found) is { } outside)
        {
            screen.Write(outside);
        }

        string invoice = found.InvoiceTotal.Length == 0 ? "no amounts" : $"{found.InvoiceTotal} {found.Currency}";
        screen.Write(string.Create(
            CultureInfo.InvariantCulture,
            $"{found.Agreed} place(s) agree, {found.Differences.Count} difference(s); invoice {invoice}, ledger {found.LedgerTotal} {found.Currency}; {found.Lines} lines of {found.Format}, {found.Days.From:yyyy-MM-dd} to {found.Days.To:yyyy-MM-dd}."));
    }

    /// <summary>What of the invoice was not compared, in a sentence; null where all was.</summary>
    public static string? Outside(Reconciliation found) => found.OutsideLines == 0 ? null : string.Create(
        CultureInfo.InvariantCulture,
        $"{found.OutsideLines} of the {found.Lines} lines, {(found.OutsideAmount.Length == 0 ? "without amounts" : $"for {found.OutsideAmount} {found.Currency}")}, are of days outside {found.Days.From:yyyy-MM-dd} to {found.Days.To:yyyy-MM-dd} and were not compared.");

    private static string Signed(string worth) => worth.StartsWith('-') || worth.StartsWith("~-", StringComparison.Ordinal) || worth == "0" ? worth : "+" + worth;

    private static string Said(string number) => number.Length == 0 ? Cells.None : number;
}
