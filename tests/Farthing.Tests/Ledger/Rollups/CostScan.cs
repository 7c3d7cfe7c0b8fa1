using System.Runtime.InteropServices;
using Farthing.Ledger.Money;
using Farthing.Ledger.Posting;
using Farthing.Ledger.Reports;
using Farthing.Ledger.Storage;

namespace Farthing.Tests.Ledger.Rollups;

/// <summary>Reads charges and attempts themselves into cells: what the rollups must come to.</summary>
internal static class CostScan
{
    public static void ReadCharges(LedgerTransaction transaction, ReportQuery query, CostCells cells, ReportGrouping? grouping = null)
    {
        var rates = query.Currency == Currency.Usd ? null : CostQuery.Rates(transaction, query.Currency);
        using var command = transaction.CreateCommand();
        command.CommandText =
            $"""
            SELECT c.run_id, c.at, c.tags, c.stage, c.device_us, c.resource, c.meter, c.quantity, {SignedAmount.Columns},
                c.precision,
                (SELECT count(*) FROM corrections AS x WHERE x.kind = 'reversal' AND (x.charge_seq = c.seq OR x.original = c.seq))
            FROM charges AS c
            LEFT JOIN transfers AS t ON t.charge_seq = c.seq
            LEFT JOIN accounts AS d ON d.seq = t.debit
            WHERE c.at >= @from AND c.at < @to {(query.RunId is null ? "" : "AND c.run_id = @run")}
            """;
        CostQuery.AddScope(command, query);
        using var row = command.ExecuteReader();
        while (row.Read())
        {
            var day = EventTime.DayOf(row.GetInt64(1));
            _ = StageNames.TryParse(row.GetString(3), out var stage);
            var key = new CellKey(row.GetString(0), day, row.GetString(2), row.GetString(10), stage, grouping == ReportGrouping.Model ? CostQuery.ModelOf(row.GetString(5)) : "");
            ref var sum = ref CollectionsMarshal.GetValueRefOrAddDefault(cells.Sums, key, out _);
            sum.Time += row.IsDBNull(4) ? 0 : row.GetInt64(4);
            if (row.IsDBNull(8))
            {
                if (row.GetInt64(11) == 0)
                {
                    ref var unpriced = ref CollectionsMarshal.GetValueRefOrAddDefault(cells.Unpriced, (key, row.GetString(5), row.GetString(6)), out _);
                    unpriced = (unpriced.Charges + 1, unpriced.Quantity + row.GetInt64(7));
                }

                continue;
            }

            var amount = SignedAmount.Read(row, 8);
            sum.Amount += rates is null ? amount.Units : CostQuery.Rate(rates, day, query.Currency).Convert(amount).Units;
        }
    }

    public static void ReadAttempts(LedgerTransaction transaction, ReportQuery query, CostCells cells)
    {
        using var command = transaction.CreateCommand();
        command.CommandText =
            $"""
            SELECT a.run_id, coalesce(o.at, a.started_at), a.tags, o.outcome, a.precision
            FROM attempts AS a
            LEFT JOIN attempt_outcomes AS o USING (run_id, render_id, attempt)
            WHERE coalesce(o.at, a.started_at) >= @from AND coalesce(o.at, a.started_at) < @to {(query.RunId is null ? "" : "AND a.run_id = @run")}
            """;
        CostQuery.AddScope(command, query);
        using var row = command.ExecuteReader();
        while (row.Read())
        {
            AttemptOutcome? outcome = row.IsDBNull(3) ? null : Attempts.Parse(row.GetString(3));
            var key = new AttemptKind(row.GetString(0), EventTime.DayOf(row.GetInt64(1)), row.GetString(2), row.GetString(4), outcome);
            CollectionsMarshal.GetValueRefOrAddDefault(cells.Attempts, key, out _)++;
        }
    }
}
