using System.Globalization;
using System.Text;
using Farthing.Ledger.Export;

namespace Farthing.Ledger.Reconciliation;

/// <summary>The differences as CSV (RFC 4180), a row each. Numbers are exact decimals; a tilde marks one that does not end.</summary>
public static class ReconciliationCsv
{
    /// <summary>Writes them.</summary>
    public static string Write(Reconciliation reconciliation)
    {
        ArgumentNullException.ThrowIfNull(reconciliation);
        var text = new StringBuilder("day,resource,meter,difference,invoice_quantity,ledger_quantity,invoice_amount,ledger_amount,worth,currency,explanation\r\n");
        foreach (var each in reconciliation.Differences)
        {
            text.Append(CultureInfo.InvariantCulture, $"{each.Key.Day:yyyy-MM-dd},{SafeCell.Of(each.Key.Resource)},{SafeCell.Of(each.Key.Meter)},{each.Kind.Code()},")
                .Append(CultureInfo.InvariantCulture, $"{each.InvoiceQuantity},{each.LedgerQuantity},{each.InvoiceAmount},{each.LedgerAmount},{each.Worth},")
                .Append(CultureInfo.InvariantCulture, $"{reconciliation.Currency},{SafeCell.Of(each.Explanation)}\r\n");
        }

        return text.ToString();
    }
}
