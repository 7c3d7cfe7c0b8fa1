using System.Runtime.InteropServices;
using Farthing.Ledger.Money;
using Farthing.Ledger.Posting;
using Farthing.Ledger.Reports;
using Farthing.Ledger.Storage;

namespace Farthing.Tests.Ledger.Rollups;

/// <summary>Reads what renders cost from the entries themselves: what the rollups must come to.</summary>
internal static class RenderScan
{
    public static (Int128 All, Int128 Delivered, List<Int128> Costs, string Dearest) Read(LedgerTransaction transaction, ReportQuery query)
    {
        var rates = query.Currency == Currency.Usd ? null : CostQuery.Rates(transaction, query.Currency);
        using var command = transaction.CreateCommand();
        command.CommandText =
            $"""
            SELECT c.run_id, c.render_id, c.at, c.tags, {SignedAmount.Columns},
                CASE WHEN EXISTS (SELECT 1 FROM attempt_outcomes AS o WHERE o.run_id = c.run_id AND o.render_id = c.render_id AND o.attempt = c.attempt AND o.outcome = 'delivered')
                    THEN 1 ELSE 0 END
            FROM charges AS c
            JOIN transfers AS t ON t.charge_seq = c.seq
            JOIN accounts AS d ON d.seq = t.debit
            WHERE c.render_id IS NOT NULL AND c.at >= @from AND c.at < @to {(query.RunId is null ? "" : "AND c.run_id = @run")}
            """;
        CostQuery.AddScope(command, query);
        Int128 all = 0;
        Int128 useful = 0;
        var renders = new Dictionary<(string Run, string Render), (Int128 All, bool IsDelivered)>();
        using var row = command.ExecuteReader();
        while (row.Read())
        {
            if (query.Tag is { } tag && !TagSet.Parse(row.GetString(3)).Contains(tag))
            {
                continue;
            }

            var amount = SignedAmount.Read(row, 4);
            var units = rates is null ? amount.Units : CostQuery.Rate(rates, EventTime.DayOf(row.GetInt64(2)), query.Currency).Convert(amount).Units;
            var isDelivered = row.GetInt64(6) != 0;
            ref var cost = ref CollectionsMarshal.GetValueRefOrAddDefault(renders, (row.GetString(0), row.GetString(1)), out _);
            cost = (cost.All + units, cost.IsDelivered || isDelivered);
            all += units;
            useful += isDelivered ? units : 0;
        }

        var delivered = renders.Where(static each => each.Value.IsDelivered).ToList();
        List<Int128> costs = [.. delivered.Select(static each => each.Value.All).Order()];
        var dearest = delivered.Where(each => each.Value.All == costs[^1]).Select(static each => $"{each.Key.Run}/{each.Key.Render}").Max(StringComparer.Ordinal) ?? "";
        return (all, useful, costs, dearest);
    }
}
