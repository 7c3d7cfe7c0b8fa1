using Farthing.Ledger.Money;

namespace Farthing.Ledger.Reconciliation;

/// <summary>What an invoice says about one place.</summary>
internal sealed class InvoiceSum
{
    /// <summary>How many lines of the invoice say it.</summary>
    public long Lines { get; set; }

    public Fraction? Quantity { get; set; }

    public Fraction? Amount { get; set; }

    /// <summary>How far the amounts may be from the exact ones because they are written with few places.</summary>
    public Fraction Slack { get; set; } = Fraction.Zero;
}

/// <summary>An invoice added up by places.</summary>
internal sealed class Invoice(InvoiceFormat format)
{
    public InvoiceFormat Format { get; } = format;

    public Dictionary<UsageKey, InvoiceSum> Sums { get; } = [];

    public long Lines { get; private set; }

    /// <summary>The currency of its amounts; null when it has none.</summary>
    public Currency? Currency { get; private set; }

    /// <exception cref="FormatException">The line is in another currency than those before, or in one that no rate leads to.</exception>
    public void Add(InvoiceLine line)
    {
        if (line.Currency is { } code)
        {
            if (!CurrencyNames.TryParse(code, out var currency))
            {
                throw new FormatException($"'{code}' is not a currency that the ledger converts to: USD or EUR.");
            }

            if (Currency is { } first && first != currency)
            {
                throw new FormatException($"it is in {currency.Code()}, but lines before it are in {first.Code()}. Reconcile them one by one.");
            }

            Currency = currency;
        }

        Lines++;
        if (!Sums.TryGetValue(line.Key, out var sum))
        {
            Sums[line.Key] = sum = new InvoiceSum();
        }

        sum.Lines++;
        sum.Quantity = line.Quantity is null ? sum.Quantity : (sum.Quantity ?? Fraction.Zero) + line.Quantity;
        sum.Amount = line.Amount is null ? sum.Amount : (sum.Amount ?? Fraction.Zero) + line.Amount;
        sum.Slack += line.Step * new Fraction(1, 2);
    }
}
