using System.Data.Common;
using Farthing.Ledger.Money;
using Farthing.Ledger.Posting;
using Farthing.Ledger.Rollups;
using Farthing.Ledger.Storage;

namespace Farthing.Ledger.Reports;

/// <summary>A priced charge that nothing was delivered for.</summary>
/// <remarks>Its outcome is empty for lost time of a lease, which is of no attempt; its amount is in 10⁻¹² of the report's currency.</remarks>
internal readonly record struct UndeliveredCharge(
    string Outcome, string Cause, ChargeKind Kind, Stage Stage, long At, long Time, long Quantity, long? Weight, Int128 Amount);

/// <summary>
/// Reads the charges of a scope that nothing was delivered for. It begins with the attempts that ended so and looks their charges up, so
/// that it takes as long as there was waste and not as long as there is a ledger. Each entry is converted by itself.
/// </summary>
internal static class UndeliveredQuery
{
    private const string Columns = "c.at, c.quantity, c.device_us, c.weight, t.amount, t.debit";

    // In SQLite a kind is one number, and its texts are asked for once. A charge is found by its key where its id follows from the render, else
    // by the render; another run's charges may share either, so that the kind's run is looked at.
    private const string ColumnsOnSqlite = $"{Columns}, c.kind";

    private const string OfAttemptsOnSqlite =
        $"""
        SELECT o.outcome, o.reason, o.run_id, {ColumnsOnSqlite}
        FROM undelivered AS o CROSS JOIN charge_rows AS c ON c.key = charge_key(o.run_id, o.render_id) AND c.id IS NULL AND c.render_id = o.render_id AND c.attempt = o.attempt
        JOIN transfers AS t ON t.charge_seq = c.seq
        WHERE c.at >= @from AND c.at < @to
        UNION ALL
        SELECT o.outcome, o.reason, o.run_id, {ColumnsOnSqlite}
        FROM undelivered AS o CROSS JOIN charge_rows AS c ON c.render_id = o.render_id AND c.id IS NOT NULL AND c.render_id IS NOT NULL AND c.attempt = o.attempt
        JOIN transfers AS t ON t.charge_seq = c.seq
        WHERE c.at >= @from AND c.at < @to
        """;

    private const string OfLeasesOnSqlite =
        $"""
        SELECT '', '', k.run_id, {ColumnsOnSqlite}
        FROM charge_kinds AS k CROSS JOIN charge_rows AS c ON c.kind = k.seq
        JOIN transfers AS t ON t.charge_seq = c.seq
        WHERE k.stage = 'lost' AND c.at >= @from AND c.at < @to
            AND NOT EXISTS (SELECT 1 FROM attempt_outcomes AS o WHERE o.run_id = k.run_id AND o.render_id = c.render_id AND o.attempt = c.attempt)
        """;

    private const string OfAttemptsOnPostgres =
        $"""
        SELECT o.outcome, o.reason, o.run_id, {Columns}, {ChargeKind.Columns}
        FROM undelivered AS o JOIN charges AS c ON c.run_id = o.run_id AND c.render_id = o.render_id AND c.attempt = o.attempt
        JOIN charges AS k ON k.seq = c.seq AND k.at = c.at
        JOIN transfers AS t ON t.charge_seq = c.seq
        WHERE c.at >= @from AND c.at < @to
        """;

    private const string OfLeasesOnPostgres =
        $"""
        SELECT '', '', k.run_id, {Columns}, {ChargeKind.Columns}
        FROM charges AS c JOIN charges AS k ON k.seq = c.seq AND k.at = c.at
        JOIN transfers AS t ON t.charge_seq = c.seq
        WHERE c.stage = 'lost' AND c.at >= @from AND c.at < @to
            AND NOT EXISTS (SELECT 1 FROM attempt_outcomes AS o WHERE o.run_id = c.run_id AND o.render_id = c.render_id AND o.attempt = c.attempt)
        """;

    /// <summary>The charges of attempts that ended without a picture, and lost time of leases. A charge that is both is told once, with its attempt.</summary>
    public static IEnumerable<UndeliveredCharge> Read(LedgerTransaction transaction, ReportQuery query)
    {
        var rates = query.Currency == Currency.Usd ? null : CostQuery.Rates(transaction, query.Currency);
        var expenses = transaction.Query<long>("SELECT seq FROM accounts WHERE name LIKE 'expense:%'").ToHashSet();
        var kinds = new Dictionary<long, ChargeKind>();
        var tags = new Dictionary<string, bool>(StringComparer.Ordinal);
        foreach (var sql in transaction.IsSqlite ? new[] { OfAttemptsOnSqlite, OfLeasesOnSqlite } : [OfAttemptsOnPostgres, OfLeasesOnPostgres])
        {
            using var command = transaction.CreateCommand();
            command.CommandText = sql;
            CostQuery.AddScope(command, query with { RunId = null });
            using var row = command.ExecuteReader();
            while (row.Read())
            {
                var kind = transaction.IsSqlite ? KindOf(transaction, kinds, row.GetInt64(9)) : ChargeKind.Read(row, 9);
                if (kind.RunId != row.GetString(2) || (query.RunId is { } run && kind.RunId != run) || (query.Tag is { } tag && !Has(tags, kind.Tags, tag)))
                {
                    continue;
                }

                _ = StageNames.TryParse(kind.Stage, out var stage);
                var at = row.GetInt64(3);
                var amount = new Amount(expenses.Contains(row.GetInt64(8)) ? row.GetInt64(7) : -row.GetInt64(7));
                yield return new UndeliveredCharge(
                    row.GetString(0),
                    row.GetString(1),
                    kind,
                    stage,
                    at,
                    row.IsDBNull(5) ? 0 : row.GetInt64(5),
                    row.GetInt64(4),
                    row.IsDBNull(6) ? null : row.GetInt64(6),
                    rates is null ? amount.Units : CostQuery.Rate(rates, EventTime.DayOf(at), query.Currency).Convert(amount).Units);
            }
        }
    }

    private static ChargeKind KindOf(LedgerTransaction transaction, Dictionary<long, ChargeKind> kinds, long number)
    {
        if (!kinds.TryGetValue(number, out var kind))
        {
            using var command = transaction.CreateCommand();
            command.CommandText = $"SELECT {ChargeKind.Columns} FROM charge_kinds AS k WHERE k.seq = @number";
            command.Add("@number", number);
            using DbDataReader row = command.ExecuteReader();
            kinds[number] = kind = row.Read() ? ChargeKind.Read(row, 0) : default;
        }

        return kind;
    }

    private static bool Has(Dictionary<string, bool> known, string tags, string tag) =>
        known.TryGetValue(tags, out var has) ? has : known[tags] = TagSet.Parse(tags).Contains(tag);
}
