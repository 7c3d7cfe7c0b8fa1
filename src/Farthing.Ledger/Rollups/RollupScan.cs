using System.Runtime.InteropServices;
using Farthing.Ledger.Posting;
using Farthing.Ledger.Prices;
using Farthing.Ledger.Storage;

namespace Farthing.Ledger.Rollups;

/// <summary>Makes the rollups of the entries themselves.</summary>
internal static class RollupScan
{
    private const long MicrosecondsOfDay = 86_400_000_000;

    /// <summary>What charges come to by day and kind.</summary>
    /// <param name="transaction">An open transaction.</param>
    /// <param name="rates">The rate of each day that has one.</param>
    /// <param name="renders">Takes what the priced charges of renders come to.</param>
    /// <param name="onlyRated">Whether days without a rate are left out.</param>
    public static Dictionary<(long Day, ChargeKind Kind), ChargeSum> Charges(
        LedgerTransaction transaction, IReadOnlyDictionary<int, FxRate> rates, Dictionary<RenderCell, RenderSum> renders, bool onlyRated = false)
    {
        using var command = transaction.CreateCommand();
        command.CommandText =
            $"""
            SELECT k.at, k.quantity, k.device_us, {SignedAmount.Columns}, {ChargeKind.Columns}, k.weight, k.render_id, k.attempt,
                CASE WHEN t.charge_seq IS NULL AND {UnpricedCharges.IsReversal("k")} THEN 1 ELSE 0 END
            FROM charges AS k
            LEFT JOIN transfers AS t ON t.charge_seq = k.seq
            LEFT JOIN accounts AS d ON d.seq = t.debit
            {(onlyRated ? "WHERE k.at >= @from AND k.at < @to" : "")}
            """;
        if (onlyRated)
        {
            command.Add("@from", rates.Keys.Min() * MicrosecondsOfDay);
            command.Add("@to", (rates.Keys.Max() + 1) * MicrosecondsOfDay);
        }

        var sums = new Dictionary<(long, ChargeKind), ChargeSum>();
        using var row = command.ExecuteReader();
        while (row.Read())
        {
            var at = EventTime.DayOf(row.GetInt64(0));
            if (onlyRated && !rates.ContainsKey(at))
            {
                continue;
            }

            var quantity = row.GetInt64(1);
            var kind = ChargeKind.Read(row, 5);
            ref var sum = ref CollectionsMarshal.GetValueRefOrAddDefault(sums, (at, kind), out _);
            var time = row.IsDBNull(2) ? 0 : row.GetInt64(2);
            if (row.GetInt64(17) != 0)
            {
                sum.TakeBack(quantity, time);
                continue;
            }

            sum.Add(quantity, time);
            if (!row.IsDBNull(3))
            {
                var amount = SignedAmount.Read(row, 3);
                sum.Price(quantity, row.IsDBNull(14) ? null : row.GetInt64(14), amount, rates.GetValueOrDefault(at));
                if (!row.IsDBNull(15))
                {
                    var cell = new RenderCell(new RenderAttempt(kind.RunId, row.GetString(15), row.GetInt64(16)), at, kind.Tags);
                    CollectionsMarshal.GetValueRefOrAddDefault(renders, cell, out _).Add(amount, rates.GetValueOrDefault(at));
                }
            }
        }

        return sums;
    }

    /// <summary>How many attempts are in which state. One whose name somebody removed has none, and the check of the chain says so.</summary>
    public static Dictionary<AttemptCell, long> Attempts(LedgerTransaction transaction)
    {
        using var command = transaction.CreateCommand();
        command.CommandText =
            """
            SELECT coalesce(o.at, a.started_at), coalesce(a.run_id, ''), coalesce(a.tags, ''), coalesce(a.precision, ''), coalesce(o.outcome, '')
            FROM attempts AS a
            LEFT JOIN attempt_outcomes AS o USING (run_id, render_id, attempt)
            """;
        var cells = new Dictionary<AttemptCell, long>();
        using var row = command.ExecuteReader();
        while (row.Read())
        {
            var cell = new AttemptCell(EventTime.DayOf(row.GetInt64(0)), row.GetString(1), row.GetString(2), row.GetString(3), row.GetString(4));
            CollectionsMarshal.GetValueRefOrAddDefault(cells, cell, out _)++;
        }

        return cells;
    }
}
