using Farthing.Ledger.Money;
using Farthing.Ledger.Posting;
using Farthing.Ledger.Rollups;
using Farthing.Ledger.Storage;

namespace Farthing.Ledger.Reports;

/// <summary>A priced charge that nothing was delivered for.</summary>
/// <remarks>Its amount is in 10⁻¹² of the report's currency.</remarks>
internal readonly record struct UndeliveredCharge(UndeliveredKind Of, long At, long Time, long Quantity, long? Weight, Int128 Amount)
{
    /// <summary>Who was asked, where that was asked for and is known beside the charge.</summary>
    public string? Provider { get; init; }
}

/// <summary>
/// Reads the charges of a scope that nothing was delivered for. It begins with the attempts that ended so and looks their charges up, so
/// that it takes as long as there was waste and not as long as there is a ledger. Each entry is converted by itself.
/// </summary>
internal static class UndeliveredQuery
{
    private const string Columns = "c.at, c.quantity, c.device_us, c.weight, t.amount, t.debit";

    private const string OfLeasesOnSqlite =
        $"""
        SELECT {Columns}, NULL, c.kind, 0, 0
        FROM charge_kinds AS k CROSS JOIN charge_rows AS c ON c.kind = k.seq
        JOIN transfers AS t ON t.charge_seq = c.seq
        WHERE k.stage = 'lost' AND c.at >= @from AND c.at < @to
            AND NOT EXISTS (SELECT 1 FROM attempt_outcomes AS o WHERE o.run_id = k.run_id AND o.render_id = c.render_id AND o.attempt = c.attempt)
        """;

    private const string OfLeasesOnPostgres =
        $"""
        SELECT {Columns}, NULL, '', '', k.run_id, {ChargeKind.Columns}
        FROM charges AS c JOIN charges AS k ON k.seq = c.seq AND k.at = c.at
        JOIN transfers AS t ON t.charge_seq = c.seq
        WHERE c.stage = 'lost' AND c.at >= @from AND c.at < @to
            AND NOT EXISTS (SELECT 1 FROM attempt_outcomes AS o WHERE o.run_id = c.run_id AND o.render_id = c.render_id AND o.attempt = c.attempt)
        """;

    /// <summary>The charges of attempts that ended without a picture, and lost time of leases. A charge that is both is told once, with its attempt.</summary>
    /// <param name="transaction">The ledger.</param>
    /// <param name="query">The scope.</param>
    /// <param name="names">Where else it stands who was asked; null where nobody wants to know.</param>
    public static IEnumerable<UndeliveredCharge> Read(LedgerTransaction transaction, ReportQuery query, ProviderNames? names = null)
    {
        names = names?.IsIn(transaction) == true ? names : null;
        var rates = query.Currency == Currency.Usd ? null : CostQuery.Rates(transaction, query.Currency);
        var expenses = SignedAmount.Expenses(transaction);
        using var kinds = new UndeliveredKinds(transaction, query, from: 7);
        foreach (var sql in transaction.IsSqlite ? new[] { OfAttemptsOnSqlite(names), OfLeasesOnSqlite } : [OfAttemptsOnPostgres(names), OfLeasesOnPostgres])
        {
            using var command = transaction.CreateCommand();
            command.CommandText = sql;
            CostQuery.AddScope(command, query with { RunId = null });
            if (names is not null)
            {
                command.Add("@named", names.RunId);
            }

            using var row = command.ExecuteReader();
            while (row.Read())
            {
                if (kinds.Of(row) is not { } kind)
                {
                    continue;
                }

                var at = row.GetInt64(0);
                var amount = SignedAmount.Of(row.GetInt64(4), expenses.Contains(row.GetInt64(5)));
                yield return new UndeliveredCharge(
                    kind,
                    at,
                    row.IsDBNull(2) ? 0 : row.GetInt64(2),
                    row.GetInt64(1),
                    row.IsDBNull(3) ? null : row.GetInt64(3),
                    rates is null ? amount.Units : CostQuery.Rate(rates, EventTime.DayOf(at), query.Currency).Convert(amount).Units)
                {
                    Provider = row.IsDBNull(6) ? null : row.GetString(6),
                };
            }
        }
    }

    // In SQLite a kind, a run and an outcome are numbers, and their texts are asked for once. A charge is found by its key where its id follows from the
    // render, else by the render; another run's charges may share either, so that the kind's run is looked at.
    private static string OfAttemptsOnSqlite(ProviderNames? names) =>
        $"""
        SELECT {Columns}, {Provider(names)}, c.kind, o.kind, n.run
        FROM outcome_rows AS o
        JOIN outcome_kinds AS k ON k.seq = o.kind AND k.outcome <> 'delivered'
        CROSS JOIN renders AS n ON n.seq = o.render
        CROSS JOIN runs AS u ON u.seq = n.run
        CROSS JOIN charge_rows AS c ON c.key = charge_key(u.run_id, n.render_id) AND c.id IS NULL AND c.render_id = n.render_id AND c.attempt = o.attempt
        CROSS JOIN transfers AS t ON t.charge_seq = c.seq
        {Named(names, "n.run = (SELECT seq FROM runs WHERE run_id = @named)", "n.render_id")}
        WHERE o.kind > 1 AND c.at >= @from AND c.at < @to
        UNION ALL
        SELECT {Columns}, {Provider(names)}, c.kind, o.kind, n.run
        FROM outcome_rows AS o
        JOIN outcome_kinds AS k ON k.seq = o.kind AND k.outcome <> 'delivered'
        CROSS JOIN renders AS n ON n.seq = o.render
        CROSS JOIN charge_rows AS c ON c.render_id = n.render_id AND c.id IS NOT NULL AND c.render_id IS NOT NULL AND c.attempt = o.attempt
        CROSS JOIN transfers AS t ON t.charge_seq = c.seq
        {Named(names, "n.run = (SELECT seq FROM runs WHERE run_id = @named)", "n.render_id")}
        WHERE o.kind > 1 AND c.at >= @from AND c.at < @to
        """;

    private static string OfAttemptsOnPostgres(ProviderNames? names) =>
        $"""
        SELECT {Columns}, {Provider(names)}, o.outcome, o.reason, o.run_id, {ChargeKind.Columns}
        FROM undelivered AS o JOIN charges AS c ON c.run_id = o.run_id AND c.render_id = o.render_id AND c.attempt = o.attempt
        JOIN charges AS k ON k.seq = c.seq AND k.at = c.at
        JOIN transfers AS t ON t.charge_seq = c.seq
        {Named(names, "o.run_id = @named", "o.render_id")}
        WHERE c.at >= @from AND c.at < @to
        """;

    private static string Provider(ProviderNames? names) => names is null ? "NULL" : $"p.{names.Provider}";

    // Of another run's attempts nothing is looked up.
    private static string Named(ProviderNames? names, string isOfRun, string render) =>
        names is null ? "" : $"LEFT JOIN {names.Table} AS p ON p.{names.Render} = CASE WHEN {isOfRun} THEN {render} END AND p.{names.Attempt} = o.attempt";
}
