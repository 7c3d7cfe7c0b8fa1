using System.Data.Common;
using Farthing.Ledger.Money;
using Farthing.Ledger.Posting;
using Farthing.Ledger.Reports;
using Farthing.Ledger.Storage;

namespace Farthing.Ledger.Explain;

/// <summary>Reads what a run or a range of days used. Each entry is converted to the currency by itself, then summed.</summary>
internal static class PeriodQuery
{
    public static PeriodUsage Read(LedgerTransaction transaction, ReportQuery query)
    {
        var usage = new PeriodUsage();
        ReadCharges(transaction, query, usage);
        ReadMemos(transaction, query, usage);
        ReadAttempts(transaction, query, usage);
        return usage;
    }

    private static void ReadCharges(LedgerTransaction transaction, ReportQuery query, PeriodUsage usage)
    {
        var rates = query.Currency == Currency.Usd ? null : CostQuery.Rates(transaction, query.Currency);
        using var command = Command(
            transaction,
            query,
            "c",
            """
            SELECT c.at, c.tags, c.stage, c.resource, c.meter, c.quantity, c.weight, t.amount, CASE WHEN d.name LIKE 'expense:%' THEN 1 ELSE 0 END, o.outcome
            FROM charges AS c
            LEFT JOIN transfers AS t ON t.charge_seq = c.seq
            LEFT JOIN accounts AS d ON d.seq = t.debit
            LEFT JOIN attempt_outcomes AS o ON o.run_id = c.run_id AND o.render_id = c.render_id AND o.attempt = c.attempt
            WHERE c.at >= @from AND c.at < @to
            """);
        using var row = command.ExecuteReader();
        while (row.Read())
        {
            _ = StageNames.TryParse(row.GetString(2), out var stage);
            if (query.Basis == CostBasis.Marginal && stage.IsShared())
            {
                continue;
            }

            if (row.IsDBNull(7))
            {
                usage.UnpricedCharges++;
                continue;
            }

            var line = usage.Line(new LineKey(row.GetString(1), stage, row.GetString(4), row.GetString(3)));
            var amount = new Amount(row.GetInt64(8) != 0 ? row.GetInt64(7) : -row.GetInt64(7));
            var day = EventTime.DayOf(row.GetInt64(0));
            var units = rates is null ? amount.Units : CostQuery.Rate(rates, day, query.Currency).Convert(amount).Units;
            line.Amount += units;
            if (stage == Stage.Lost || (!row.IsDBNull(9) && row.GetString(9) != "delivered"))
            {
                line.Wasted += row.GetInt64(5);
                line.WastedAmount += units;
                continue;
            }

            line.Useful += row.GetInt64(5);
            line.Work = row.IsDBNull(6) ? null : line.Work + row.GetInt64(6);
        }
    }

    private static void ReadMemos(LedgerTransaction transaction, ReportQuery query, PeriodUsage usage)
    {
        using var command = Command(
            transaction,
            query,
            "c",
            """
            SELECT coalesce(a.tags, ''), c.stage, c.meter, c.resource, c.kind, c.quantity
            FROM memos AS c
            LEFT JOIN attempts AS a ON a.run_id = c.run_id AND a.render_id = c.render_id AND a.attempt = c.attempt
            LEFT JOIN attempt_outcomes AS o ON o.run_id = c.run_id AND o.render_id = c.render_id AND o.attempt = c.attempt
            WHERE c.at >= @from AND c.at < @to AND coalesce(o.outcome, 'delivered') = 'delivered'
            """);
        using var row = command.ExecuteReader();
        while (row.Read())
        {
            _ = StageNames.TryParse(row.GetString(1), out var stage);
            _ = SavingsKindNames.TryParse(row.GetString(4), out var kind);
            var line = usage.Line(new LineKey(row.GetString(0), stage, row.GetString(2), row.GetString(3)));
            line.Avoided[kind] = line.Avoided.GetValueOrDefault(kind) + row.GetInt64(5);
        }
    }

    private static void ReadAttempts(LedgerTransaction transaction, ReportQuery query, PeriodUsage usage)
    {
        var cells = new CostCells();
        CostQuery.ReadAttempts(transaction, query, cells);
        var table = new StageTable(query);
        foreach (var (attempt, count) in cells.Attempts)
        {
            table.Add(attempt, count);
            if (attempt.Outcome == AttemptOutcome.Delivered)
            {
                usage.Delivered[attempt.Tags] = usage.Delivered.GetValueOrDefault(attempt.Tags) + count;
            }
        }

        usage.Attempts = table.Build().Attempts;
    }

    private static DbCommand Command(LedgerTransaction transaction, ReportQuery query, string table, string sql)
    {
        var command = transaction.CreateCommand();
        command.CommandText = query.RunId is null ? sql : $"{sql} AND {table}.run_id = @run";
        CostQuery.AddScope(command, query);
        return command;
    }
}
