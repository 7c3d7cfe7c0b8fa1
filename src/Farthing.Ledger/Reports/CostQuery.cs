using System.Data.Common;
using System.Runtime.InteropServices;
using Farthing.Ledger.Money;
using Farthing.Ledger.Posting;
using Farthing.Ledger.Prices;
using Farthing.Ledger.Storage;

namespace Farthing.Ledger.Reports;

/// <summary>Reads the charges of a run or a range of days into cells. Each entry is converted by itself, then summed.</summary>
internal static class CostQuery
{
    public static CostCells Read(LedgerTransaction transaction, ReportQuery query)
    {
        var cells = new CostCells();
        ReadCharges(transaction, query, cells);
        ReadAttempts(transaction, query, cells);
        MemoQuery.Read(transaction, query, cells);
        return cells;
    }

    private static void ReadCharges(LedgerTransaction transaction, ReportQuery query, CostCells cells)
    {
        var rates = query.Currency == Currency.Usd ? null : Rates(transaction, query.Currency);
        using var command = transaction.CreateCommand();
        command.CommandText =
            $"""
            SELECT c.run_id, c.at, c.tags, c.stage, c.device_us, c.resource, c.meter, c.quantity, t.amount, CASE WHEN d.name LIKE 'expense:%' THEN 1 ELSE 0 END,
                c.precision
            FROM charges AS c
            LEFT JOIN transfers AS t ON t.charge_seq = c.seq
            LEFT JOIN accounts AS d ON d.seq = t.debit
            WHERE c.at >= @from AND c.at < @to {(query.RunId is null ? "" : "AND c.run_id = @run")}
            """;
        AddScope(command, query);
        using var row = command.ExecuteReader();
        while (row.Read())
        {
            var day = EventTime.DayOf(row.GetInt64(1));
            _ = StageNames.TryParse(row.GetString(3), out var stage);
            var key = new CellKey(row.GetString(0), day, row.GetString(2), row.GetString(10), stage);
            ref var sum = ref CollectionsMarshal.GetValueRefOrAddDefault(cells.Sums, key, out _);
            sum.Time += row.IsDBNull(4) ? 0 : row.GetInt64(4);
            if (row.IsDBNull(8))
            {
                var usage = (key, row.GetString(5), row.GetString(6));
                var (charges, quantity) = cells.Unpriced.GetValueOrDefault(usage);
                cells.Unpriced[usage] = (charges + 1, quantity + row.GetInt64(7));
                continue;
            }

            var amount = new Amount(row.GetInt64(9) != 0 ? row.GetInt64(8) : -row.GetInt64(8));
            sum.Amount += rates is null ? amount.Units : Rate(rates, day, query.Currency).Convert(amount).Units;
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
        AddScope(command, query);
        using var row = command.ExecuteReader();
        while (row.Read())
        {
            AttemptOutcome? outcome = row.IsDBNull(3) ? null : Attempts.Parse(row.GetString(3));
            var key = new AttemptKind(row.GetString(0), EventTime.DayOf(row.GetInt64(1)), row.GetString(2), row.GetString(4), outcome);
            CollectionsMarshal.GetValueRefOrAddDefault(cells.Attempts, key, out _)++;
        }
    }

    internal static void AddScope(DbCommand command, ReportQuery query)
    {
        command.Add("@from", query.From is { } from ? EventTime.StartOf(from) : 0L);
        var isOpen = query.To is null || query.To == DateOnly.MaxValue;
        command.Add("@to", isOpen ? long.MaxValue : EventTime.StartOf(query.To!.Value.AddDays(1)));
        if (query.RunId is not null)
        {
            command.Add("@run", query.RunId);
        }
    }

    internal static Dictionary<int, FxRate> Rates(LedgerTransaction transaction, Currency currency)
    {
        var rates = PriceRecords.StoredRates(transaction);
        return transaction
            .Query<(long Day, long Rate)>("SELECT day, rate_seq FROM fx_fixings WHERE currency = @code", new { code = currency.Code() })
            .ToDictionary(static row => (int)row.Day, row => rates[row.Rate]);
    }

    internal static FxRate Rate(Dictionary<int, FxRate> rates, int day, Currency currency) =>
        rates.TryGetValue(day, out var rate) ? rate : throw new LedgerException(
            LedgerFault.NoRate,
            $"There is no {currency.Code()} rate for {EventTime.ToDate(day):yyyy-MM-dd} or any day before it. Add one to the 'fx' section "
                + "of the price book, open the ledger with it, and ask again.");
}
