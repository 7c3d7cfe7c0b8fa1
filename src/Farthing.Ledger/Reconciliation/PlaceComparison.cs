using System.Globalization;
using Farthing.Ledger.Money;

namespace Farthing.Ledger.Reconciliation;

/// <summary>Holds what an invoice and the ledger say about one place against each other.</summary>
internal sealed class PlaceComparison(UsageKey key, InvoiceSum? billed, LedgerSum? posted)
{
    private static Fraction UnitsPerWhole { get; } = new(Amount.UnitsPerDollar, 1);

    private readonly Fraction? _quantity = posted is null ? null : new Fraction(posted.Quantity, 1);
    private readonly Fraction? _amount = posted is null ? null : new Fraction(posted.Amount, 1) / UnitsPerWhole;

    /// <summary>
    /// Everything that differs. The worth of quantity, price and rounding together is the invoice's amount less the
    /// ledger's, to the last place.
    /// </summary>
    public IEnumerable<Difference> Differences()
    {
        if (posted is null)
        {
            if (billed!.Quantity is { } used && used != Fraction.Zero || billed.Amount is { } amount && amount != Fraction.Zero)
            {
                yield return Of(DifferenceKind.MissingInLedger, billed.Amount, "The invoice has it, the ledger has nothing of it.");
            }

            yield break;
        }

        if (billed is null)
        {
            if (posted.Quantity != 0 || posted.Amount != 0)
            {
                yield return Of(DifferenceKind.MissingInInvoice, Fraction.Zero - _amount!, "The ledger has it, the invoice has nothing of it.");
            }

            yield break;
        }

        var price = posted.Unpriced == 0 && posted.Quantity != 0 ? _amount! / _quantity! : null;
        var missing = billed.Quantity is { } quantity && quantity != _quantity ? quantity - _quantity! : null;
        if (missing is not null)
        {
            yield return Of(
                DifferenceKind.Quantity,
                price is null ? null : missing * price,
                $"The invoice counts {missing.Magnitude().ToText()} {(missing > Fraction.Zero ? "more" : "less")} than the ledger.");
        }

        if (billed.Amount is not { } charged)
        {
            yield break;
        }

        if (posted.Unpriced > 0)
        {
            yield return Of(
                DifferenceKind.Price,
                charged - _amount!,
                string.Create(CultureInfo.InvariantCulture, $"{posted.Unpriced} charge(s) of the ledger have no price. Add one to the price book and re-rate."));
            yield break;
        }

        // What is left when the quantity is as the invoice says and the price as the ledger says.
        var rest = charged - _amount! - (missing is null || price is null ? Fraction.Zero : missing * price);
        if (rest == Fraction.Zero)
        {
            yield break;
        }

        // Half of the last written place of each line, and half a unit for each of the ledger's entries.
        var slack = billed.Slack + (new Fraction(posted.Entries, 2) / UnitsPerWhole);
        yield return rest.Magnitude() <= slack
            ? Of(DifferenceKind.Rounding, rest, $"The same within what rounding hides, {rest.ToText()}.")
            : Of(DifferenceKind.Price, rest, PriceSentence(charged, price));
    }

    private string PriceSentence(Fraction charged, Fraction? price)
    {
        var billedPrice = (billed!.Quantity ?? _quantity) is { } used && used != Fraction.Zero ? charged / used : null;
        return billedPrice is null || price is null
            ? "The amounts differ, and no quantity says why."
            : $"A unit costs {billedPrice.ToText()} on the invoice and {price.ToText()} in the ledger"
                + (billed.Quantity is null ? "; the invoice gives no quantity, so it may be that." : ".");
    }

    private Difference Of(DifferenceKind kind, Fraction? worth, string explanation) => new()
    {
        Key = key,
        Kind = kind,
        InvoiceQuantity = billed?.Quantity?.ToText() ?? "",
        LedgerQuantity = _quantity?.ToText() ?? "",
        InvoiceAmount = billed?.Amount?.ToText() ?? "",
        LedgerAmount = _amount?.ToText() ?? "",
        Worth = worth?.ToText() ?? "",
        Explanation = explanation,
    };
}
