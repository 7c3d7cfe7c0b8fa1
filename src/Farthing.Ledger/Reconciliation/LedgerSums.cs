using Farthing.Ledger.Money;
using Farthing.Ledger.Posting;
using Farthing.Ledger.Prices;
using Farthing.Ledger.Reports;
using Farthing.Ledger.Storage;

namespace Farthing.Ledger.Reconciliation;

/// <summary>What the ledger says about one place.</summary>
internal sealed class LedgerSum
{
    public Int128 Quantity { get; set; }

    /// <summary>In 10⁻¹² of the currency, without what is unpriced.</summary>
    public Int128 Amount { get; set; }

    public long Entries { get; set; }

    public long Unpriced { get; set; }
}

/// <summary>Adds the ledger's charges up by day, resource and meter.</summary>
internal static class LedgerSums
{
    public static Dictionary<UsageKey, LedgerSum> Read(LedgerTransaction transaction, ReportQuery query, Predicate<string> isCovered)
    {
        var rates = query.Currency == Currency.Usd ? null : CostQuery.Rates(transaction, query.Currency);
        var sums = new Dictionary<UsageKey, LedgerSum>();
        using var command = transaction.CreateCommand();
        command.CommandText =
            $"""
            SELECT c.at, c.resource, c.meter, c.quantity, {SignedAmount.Columns},
                CASE WHEN t.charge_seq IS NULL AND {UnpricedCharges.Condition("c")} THEN 1 ELSE 0 END
            FROM charges AS c
            LEFT JOIN transfers AS t ON t.charge_seq = c.seq
            LEFT JOIN accounts AS d ON d.seq = t.debit
            WHERE c.at >= @from AND c.at < @to
            """;
        CostQuery.AddScope(command, query);
        using var row = command.ExecuteReader();
        while (row.Read())
        {
            var resource = row.GetString(1);
            if (!isCovered(resource))
            {
                continue;
            }

            var day = EventTime.DayOf(row.GetInt64(0));
            var key = new UsageKey(EventTime.ToDate(day), resource, row.GetString(2));
            if (!sums.TryGetValue(key, out var sum))
            {
                sums[key] = sum = new LedgerSum();
            }

            sum.Quantity += row.GetInt64(3);
            sum.Entries++;
            if (row.IsDBNull(4))
            {
                sum.Unpriced += row.GetInt64(6);
                continue;
            }

            var amount = SignedAmount.Read(row, 4);
            sum.Amount += rates is null ? amount.Units : CostQuery.Rate(rates, day, query.Currency).Convert(amount).Units;
        }

        return sums;
    }
}
