using System.Data.Common;
using Farthing.Ledger.Money;
using Farthing.Ledger.Posting;
using Farthing.Ledger.Reports;
using Farthing.Ledger.Rollups;
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

    /// <summary>
    /// Steps: 1. all of it from the rollups, as if it were useful, 2. what nothing was delivered for is moved to the waste, charge by charge,
    /// 3. work is known where every useful charge says it.
    /// </summary>
    internal static void ReadCharges(LedgerTransaction transaction, ReportQuery query, PeriodUsage usage)
    {
        MissingRates.Refuse(transaction, query);
        var (from, to) = CostQuery.Days(query);
        var work = new Dictionary<LineUsage, (Int128 Weight, long Silent)>();
        foreach (var (_, kind, sum) in RollupRows.Read(transaction, from, to, query.RunId))
        {
            _ = StageNames.TryParse(kind.Stage, out var stage);
            if (query.Basis == CostBasis.Marginal && stage.IsShared())
            {
                continue;
            }

            usage.UnpricedCharges += sum.Unpriced;
            if (sum.Charges == sum.Unpriced)
            {
                continue;
            }

            var line = usage.Line(new LineKey(kind.Tags, stage, kind.Meter, kind.Resource));
            line.Amount += query.Currency == Currency.Eur ? sum.Eur : sum.Amount;
            line.Useful += sum.Quantity - sum.UnpricedQuantity;
            var (weight, silent) = work.GetValueOrDefault(line);
            work[line] = (weight + sum.Weight, silent + sum.Charges - sum.Unpriced - sum.Weighted);
        }

        foreach (var charge in UndeliveredQuery.Read(transaction, query))
        {
            if (query.Basis == CostBasis.Marginal && charge.Of.Stage.IsShared())
            {
                continue;
            }

            var line = usage.Line(new LineKey(charge.Of.Kind.Tags, charge.Of.Stage, charge.Of.Kind.Meter, charge.Of.Kind.Resource));
            line.Useful -= charge.Quantity;
            line.Wasted += charge.Quantity;
            line.WastedAmount += charge.Amount;
            var (weight, silent) = work.GetValueOrDefault(line);
            work[line] = (weight - (charge.Weight ?? 0), silent - (charge.Weight is null ? 1 : 0));
        }

        foreach (var (line, (weight, silent)) in work)
        {
            line.Work = silent == 0 ? weight : null;
        }
    }

    private static void ReadMemos(LedgerTransaction transaction, ReportQuery query, PeriodUsage usage)
    {
        using var command = Command(
            transaction,
            query,
            """
            SELECT coalesce(c.tags, (SELECT a.tags FROM attempts AS a WHERE a.run_id = c.run_id AND a.render_id = c.render_id AND a.attempt = c.attempt), ''),
                c.stage, c.meter, c.resource, c.kind, c.quantity
            FROM memos AS c
            WHERE c.at >= @from AND c.at < @to AND NOT EXISTS (
                SELECT 1 FROM attempt_outcomes AS o WHERE o.run_id = c.run_id AND o.render_id = c.render_id AND o.attempt = c.attempt AND o.outcome <> 'delivered')
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

    internal static DbCommand Command(LedgerTransaction transaction, ReportQuery query, string sql)
    {
        var command = transaction.CreateCommand();
        command.CommandText = query.RunId is null ? sql : $"{sql} AND c.run_id = @run";
        CostQuery.AddScope(command, query);
        return command;
    }
}
