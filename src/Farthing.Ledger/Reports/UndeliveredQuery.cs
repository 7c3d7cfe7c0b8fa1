using Farthing.Ledger.Money;
using Farthing.Ledger.Posting;
using Farthing.Ledger.Storage;

namespace Farthing.Ledger.Reports;

/// <summary>A priced charge that nothing was delivered for.</summary>
/// <remarks>Its outcome is empty for lost time of a lease, which is of no attempt; its amount is in 10⁻¹² of the report's currency.</remarks>
internal readonly record struct UndeliveredCharge(
    string Outcome, string Cause, string RunId, string Precision, long Time, long At, string Tags, Stage Stage, string Resource, string Meter, long Quantity, long? Weight, Int128 Amount);

/// <summary>
/// Reads the charges of a scope that nothing was delivered for. It begins with the attempts that ended so and looks their charges up, so
/// that it takes as long as there was waste and not as long as there is a ledger. Each entry is converted by itself.
/// </summary>
internal static class UndeliveredQuery
{
    private const string Columns = "c.at, c.tags, c.stage, c.resource, c.meter, c.quantity, c.weight, t.amount, t.debit, c.run_id, c.precision, c.device_us";

    /// <summary>The charges of attempts that ended without a picture, and lost time of leases. A charge that is both is told once, with its attempt.</summary>
    public static IEnumerable<UndeliveredCharge> Read(LedgerTransaction transaction, ReportQuery query)
    {
        var rates = query.Currency == Currency.Usd ? null : CostQuery.Rates(transaction, query.Currency);
        var expenses = transaction.Query<long>("SELECT seq FROM accounts WHERE name LIKE 'expense:%'").ToHashSet();
        var chosen = new Dictionary<string, bool>(StringComparer.Ordinal);
        foreach (var sql in new[] { OfAttempts(transaction), OfLeases(transaction) })
        {
            using var command = transaction.CreateCommand();
            command.CommandTimeout = 0;
            command.CommandText = $"{sql} AND c.at >= @from AND c.at < @to {(query.RunId is null ? "" : "AND c.run_id = @run")}";
            CostQuery.AddScope(command, query);
            using var row = command.ExecuteReader();
            while (row.Read())
            {
                var tags = row.GetString(3);
                if (query.Tag is { } tag && !(chosen.TryGetValue(tags, out var has) ? has : chosen[tags] = TagSet.Parse(tags).Contains(tag)))
                {
                    continue;
                }

                _ = StageNames.TryParse(row.GetString(4), out var stage);
                var amount = new Amount(expenses.Contains(row.GetInt64(10)) ? row.GetInt64(9) : -row.GetInt64(9));
                yield return new UndeliveredCharge(
                    row.GetString(0),
                    row.GetString(1),
                    row.GetString(11),
                    row.GetString(12),
                    row.IsDBNull(13) ? 0 : row.GetInt64(13),
                    row.GetInt64(2),
                    tags,
                    stage,
                    row.GetString(5),
                    row.GetString(6),
                    row.GetInt64(7),
                    row.IsDBNull(8) ? null : row.GetInt64(8),
                    rates is null ? amount.Units : CostQuery.Rate(rates, EventTime.DayOf(row.GetInt64(2)), query.Currency).Convert(amount).Units);
            }
        }
    }

    private static string OfAttempts(LedgerTransaction transaction) =>
        $"""
        SELECT o.outcome, o.reason, {Columns}
        FROM undelivered AS o {(transaction.IsSqlite ? "CROSS " : "")}JOIN charges AS c ON c.run_id = o.run_id AND c.render_id = o.render_id AND c.attempt = o.attempt
        JOIN transfers AS t ON t.charge_seq = c.seq
        WHERE true{(transaction.IsSqlite ? ChargeRows.OfRender("o") : "")}
        """;

    private static string OfLeases(LedgerTransaction transaction) =>
        $"""
        SELECT '', '', {Columns}
        FROM charges AS c JOIN transfers AS t ON t.charge_seq = c.seq
        WHERE c.stage = 'lost'{(transaction.IsSqlite ? " AND c.kind IN (SELECT seq FROM charge_kinds WHERE stage = 'lost')" : "")}
            AND NOT EXISTS (SELECT 1 FROM attempt_outcomes AS o WHERE o.run_id = c.run_id AND o.render_id = c.render_id AND o.attempt = c.attempt)
        """;
}
