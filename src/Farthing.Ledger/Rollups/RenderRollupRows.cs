using System.Data.Common;
using Farthing.Ledger.Money;
using Farthing.Ledger.Storage;

namespace Farthing.Ledger.Rollups;

/// <summary>A stored row of what renders cost, in 10⁻¹² of a currency.</summary>
internal readonly record struct RenderRow(long Render, string Tags, bool IsDelivered, Int128 Cost);

/// <summary>Reads the rows of what renders cost.</summary>
internal static class RenderRollupRows
{
    // What Sum reads, and first of all whether it was delivered.
    private const string Sums = "x.delivered, x.millions, x.amount, x.eur_millions, x.eur, x.unconverted";

    /// <summary>Reads sums in the order of the renders' numbers.</summary>
    /// <param name="transaction">An open transaction.</param>
    /// <param name="from">The first day.</param>
    /// <param name="to">The first day that is left out.</param>
    /// <param name="runId">Only this run; null for all.</param>
    /// <param name="currency">Dollars or euros.</param>
    /// <param name="tagged">Whether tags are read; without, they are empty.</param>
    public static IEnumerable<RenderRow> Read(LedgerTransaction transaction, long from, long to, string? runId, Currency currency, bool tagged)
    {
        var (millions, below) = currency == Currency.Eur ? ("x.eur_millions", "x.eur") : ("x.millions", "x.amount");
        var tags = tagged ? transaction.Query<(long, string)>("SELECT seq, tags FROM tag_sets").ToDictionary() : [];
        using var command = transaction.CreateCommand();

        // A ledger has as many rows as renders, and what a row costs to read is its columns: two say nearly all of it.
        command.CommandText =
            $"""
            SELECT x.render * 2 + x.delivered, CASE {millions} WHEN 0 THEN {below} END, {millions}, {below}{(tagged ? ", x.tags" : "")} FROM render_rollups AS x
            WHERE x.day >= @from AND x.day < @to
                {(runId is null ? "" : "AND x.render IN (SELECT r.seq FROM renders AS r JOIN runs AS u ON u.seq = r.run WHERE u.run_id = @run)")}
            ORDER BY x.render
            """;
        command.Add("@from", from);
        command.Add("@to", to);
        if (runId is not null)
        {
            command.Add("@run", runId);
        }

        using var row = command.ExecuteReader();
        while (row.Read())
        {
            var render = row.GetInt64(0);
            yield return new RenderRow(
                render >> 1, tagged ? tags[row.GetInt64(4)] : "", (render & 1) != 0, row.IsDBNull(1) ? RenderSum.Join(row.GetInt64(2), row.GetInt64(3)) : row.GetInt64(1));
        }
    }

    /// <summary>Reads all sums with what they are of, whether they say that it was delivered, and whether it was.</summary>
    public static IEnumerable<(RenderCell Cell, (bool Stored, bool Posted) IsDelivered, RenderSum Sum)> ReadNamed(LedgerTransaction transaction)
    {
        using var command = transaction.CreateCommand();
        command.CommandText =
            $"""
            SELECT {Sums}, x.attempt, x.day, coalesce(t.tags, ''), coalesce(u.run_id, ''), coalesce(r.render_id, ''),
                CASE WHEN EXISTS (SELECT 1 FROM attempt_outcomes AS o WHERE o.run_id = u.run_id AND o.render_id = r.render_id AND o.attempt = x.attempt AND o.outcome = 'delivered')
                    THEN 1 ELSE 0 END
            FROM render_rollups AS x LEFT JOIN renders AS r ON r.seq = x.render LEFT JOIN runs AS u ON u.seq = r.run
                LEFT JOIN tag_sets AS t ON t.seq = x.tags
            """;
        using var row = command.ExecuteReader();
        while (row.Read())
        {
            var cell = new RenderCell(new RenderAttempt(row.GetString(9), row.GetString(10), row.GetInt64(6)), row.GetInt64(7), row.GetString(8));
            yield return (cell, (row.GetInt64(0) != 0, row.GetInt64(11) != 0), Sum(row));
        }
    }

    private static RenderSum Sum(DbDataReader row) => new()
    {
        Amount = RenderSum.Join(row.GetInt64(1), row.GetInt64(2)),
        Eur = RenderSum.Join(row.GetInt64(3), row.GetInt64(4)),
        Unconverted = row.GetInt64(5),
    };
}
