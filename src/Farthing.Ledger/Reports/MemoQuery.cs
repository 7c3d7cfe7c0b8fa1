using System.Runtime.InteropServices;
using Farthing.Ledger.Money;
using Farthing.Ledger.Posting;
using Farthing.Ledger.Storage;

namespace Farthing.Ledger.Reports;

/// <summary>Reads the memos of a scope, with the tags and the precision of their renders.</summary>
internal static class MemoQuery
{
    // Not joined: SQLite would make the whole view of attempts first.
    private const string Attempt = "FROM attempts AS a WHERE a.run_id = m.run_id AND a.render_id = m.render_id AND a.attempt = m.attempt";

    public static void Read(LedgerTransaction transaction, ReportQuery query, CostCells cells, ReportGrouping? grouping)
    {
        var rates = query.Currency == Currency.Usd ? null : CostQuery.Rates(transaction, query.Currency);
        using var command = transaction.CreateCommand();
        command.CommandText =
            $"""
            SELECT m.run_id, m.at, coalesce(m.tags, (SELECT a.tags {Attempt}), ''), coalesce((SELECT a.precision {Attempt}), ''), m.stage, m.kind, m.resource, m.meter, m.evidence,
                m.quantity, m.amount, m.times
            FROM memos AS m
            WHERE m.at >= @from AND m.at < @to {(query.RunId is null ? "" : "AND m.run_id = @run")}
            """;
        CostQuery.AddScope(command, query);
        using var row = command.ExecuteReader();
        while (row.Read())
        {
            var day = EventTime.DayOf(row.GetInt64(1));
            _ = StageNames.TryParse(row.GetString(4), out var stage);
            _ = SavingsKindNames.TryParse(row.GetString(5), out var kind);
            var cell = new CellKey(row.GetString(0), day, row.GetString(2), row.GetString(3), stage, grouping switch
            {
                ReportGrouping.Model => CostQuery.ModelOf(row.GetString(6)),
                ReportGrouping.Outcome => OutcomeCells.Useful,
                _ => "",
            });
            var key = new MemoKey(cell, kind, row.GetString(6), row.GetString(7), row.GetString(8));
            ref var sum = ref CollectionsMarshal.GetValueRefOrAddDefault(cells.Memos, key, out _);
            var times = row.IsDBNull(11) ? 1 : row.GetInt64(11);
            sum.Memos += times;
            sum.Quantity += row.GetInt64(9);
            if (row.IsDBNull(10))
            {
                sum.Unpriced += times;
                continue;
            }

            var amount = new Amount(row.GetInt64(10));
            sum.Amount += rates is null ? amount.Units : CostQuery.Rate(rates, day, query.Currency).Convert(amount).Units;
        }
    }
}
