using Farthing.Ledger.Money;

namespace Farthing.Ledger.Reconciliation;

/// <summary>Farthing's own columns, for whatever else sends an invoice: the ledger's names, and quantities in base units.</summary>
internal static class PlainInvoice
{
    public static InvoiceFormat Format { get; } = new(InvoiceProvider.Plain, "a plain invoice", ["day", "resource", "meter"], Read);

    private static IEnumerable<InvoiceLine> Read(InvoiceRow row)
    {
        var amount = row.Number("amount", out var step);
        var quantity = row.Number("quantity");
        if (amount is null && quantity is null)
        {
            throw new FormatException("'quantity' and 'amount' are both empty or missing. Give at least one.");
        }

        if (amount is null && row.Has("amount"))
        {
            // Taken as nothing, it would make the invoice's total too small, and its place agree whatever the ledger has.
            throw new FormatException("'amount' is empty. Write what the line charges, 0 for nothing; a file that counts quantities alone has no such column.");
        }

        yield return new InvoiceLine(
            new UsageKey(row.Day("day"), row.Name("resource"), row.Name("meter")),
            quantity,
            amount,
            amount is null ? Fraction.Zero : step,
            amount is null ? null : row.Text("currency") is { Length: > 0 } currency ? currency : "USD");
    }
}
