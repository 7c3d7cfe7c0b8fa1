using Farthing.Ledger.Explain;
using Farthing.Ledger.Money;
using Farthing.Ledger.Posting;
using Farthing.Ledger.Reports;
using Farthing.Ledger.Storage;

namespace Farthing.Tests.Ledger.Rollups;

/// <summary>Reads the charges of a period themselves: what the rollups must come to. Each entry is converted to the currency by itself, then summed.</summary>
internal static class PeriodScan
{
    public static void ReadCharges(LedgerTransaction transaction, ReportQuery query, PeriodUsage usage)
    {
        var rates = query.Currency == Currency.Usd ? null : CostQuery.Rates(transaction, query.Currency);
        using var command = PeriodQuery.Command(
            transaction,
            query,
            $"""
            SELECT c.at, c.tags, c.stage, c.resource, c.meter, c.quantity, c.weight, {SignedAmount.Columns},
                (SELECT o.outcome FROM attempt_outcomes AS o WHERE o.run_id = c.run_id AND o.render_id = c.render_id AND o.attempt = c.attempt),
                (SELECT count(*) FROM corrections AS x WHERE x.kind = 'reversal' AND (x.charge_seq = c.seq OR x.original = c.seq))
            FROM charges AS c
            LEFT JOIN transfers AS t ON t.charge_seq = c.seq
            LEFT JOIN accounts AS d ON d.seq = t.debit
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
                usage.UnpricedCharges += row.GetInt64(10) == 0 ? 1 : 0;
                continue;
            }

            var line = usage.Line(new LineKey(row.GetString(1), stage, row.GetString(4), row.GetString(3)));
            var amount = SignedAmount.Read(row, 7);
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
}
