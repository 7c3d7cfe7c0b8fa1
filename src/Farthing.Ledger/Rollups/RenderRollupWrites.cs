using Farthing.Ledger.Storage;

namespace Farthing.Ledger.Rollups;

/// <summary>Writes the rows of what renders cost, on either kind of store.</summary>
internal static class RenderRollupWrites
{
    private const int Chunk = 1_000;

    private const string Delivered =
        "JOIN renders AS r ON r.seq = w.render JOIN runs AS u ON u.seq = r.run "
        + "JOIN attempt_outcomes AS o ON o.run_id = u.run_id AND o.render_id = r.render_id AND o.attempt = w.attempt AND o.outcome = 'delivered'";

    // The rest of a sum is below a million dollars, so that two of them fit into 64 bits.
    private const string Million = "1000000000000000000";

    private const string Into =
        "INSERT INTO render_rollups (render, attempt, day, tags, delivered, millions, amount, eur_millions, eur, unconverted)";

    private const string OrAdd =
        $"""
        ON CONFLICT (render, attempt, day, tags) DO UPDATE SET
            millions = render_rollups.millions + excluded.millions + (render_rollups.amount + excluded.amount) / {Million},
            amount = (render_rollups.amount + excluded.amount) % {Million},
            eur_millions = render_rollups.eur_millions + excluded.eur_millions + (render_rollups.eur + excluded.eur) / {Million},
            eur = (render_rollups.eur + excluded.eur) % {Million},
            unconverted = render_rollups.unconverted + excluded.unconverted
        """;

    private static readonly PreparedSql AddOne = new($"{Into} VALUES ($1, $2, $3, $4, 0, $5, $6, $7, $8, $9) {OrAdd}");

    private static readonly PreparedSql MarkOne = new(
        """
        UPDATE render_rollups SET delivered = 1 WHERE render = $1 AND attempt = $2 AND delivered = 0 AND EXISTS (
            SELECT 1 FROM outcome_rows AS o JOIN outcome_kinds AS k ON k.seq = o.kind AND k.outcome = 'delivered'
            WHERE o.render = render_rollups.render AND o.attempt = render_rollups.attempt)
        """);

    /// <summary>Adds sums to those of their cells.</summary>
    public static void Add(LedgerTransaction transaction, IReadOnlyDictionary<RenderCell, RenderSum> changes)
    {
        var (numbers, tags) = (transaction.Renders.Learn([.. changes.Keys.Select(static cell => (cell.Of.RunId, cell.Of.RenderId))]), transaction.Tags);
        if (transaction.IsSqlite)
        {
            foreach (var (cell, sum) in changes.OrderBy(each => numbers[(each.Key.Of.RunId, each.Key.Of.RenderId)]))
            {
                var (dollars, euros) = (RenderSum.Split(sum.Amount), RenderSum.Split(sum.Eur));
                transaction.Run(
                    AddOne, numbers[(cell.Of.RunId, cell.Of.RenderId)], cell.Of.Attempt, cell.Day, tags.Of(cell.Tags), dollars.Millions, dollars.Below, euros.Millions, euros.Below, sum.Unconverted);
            }

            return;
        }

        foreach (var part in changes.OrderBy(each => numbers[(each.Key.Of.RunId, each.Key.Of.RenderId)]).Chunk(Chunk))
        {
            var sums = part.Select(static each => (Dollars: RenderSum.Split(each.Value.Amount), Euros: RenderSum.Split(each.Value.Eur))).ToArray();
            using var command = transaction.CreateCommand();
            command.CommandText =
                $"""
                {Into} SELECT w.render, w.attempt, w.day, w.tags, 0, w.millions, w.amount, w.eur_millions, w.eur, w.unconverted
                FROM unnest(@renders, @attempts, @days, @tags, @millions, @amounts, @eurMillions, @euros, @unconverted)
                    AS w (render, attempt, day, tags, millions, amount, eur_millions, eur, unconverted)
                {OrAdd}
                """;
            command.Add("@renders", part.Select(each => numbers[(each.Key.Of.RunId, each.Key.Of.RenderId)]).ToArray());
            command.Add("@attempts", part.Select(static each => each.Key.Of.Attempt).ToArray());
            command.Add("@days", part.Select(static each => each.Key.Day).ToArray());
            command.Add("@tags", part.Select(each => tags.Of(each.Key.Tags)).ToArray());
            command.Add("@millions", sums.Select(static sum => sum.Dollars.Millions).ToArray());
            command.Add("@amounts", sums.Select(static sum => sum.Dollars.Below).ToArray());
            command.Add("@eurMillions", sums.Select(static sum => sum.Euros.Millions).ToArray());
            command.Add("@euros", sums.Select(static sum => sum.Euros.Below).ToArray());
            command.Add("@unconverted", part.Select(static each => each.Value.Unconverted).ToArray());
            command.ExecuteNonQuery();
        }
    }

    /// <summary>Marks the rows of those of some attempts that have delivered.</summary>
    public static void Mark(LedgerTransaction transaction, IReadOnlyCollection<RenderAttempt> attempts)
    {
        var numbers = transaction.Renders.Learn([.. attempts.Select(static each => (each.RunId, each.RenderId))]);
        if (transaction.IsSqlite)
        {
            foreach (var each in attempts)
            {
                transaction.Run(MarkOne, numbers[(each.RunId, each.RenderId)], each.Attempt);
            }

            return;
        }

        foreach (var part in attempts.Chunk(Chunk))
        {
            using var command = transaction.CreateCommand();
            command.CommandText =
                $"""
                UPDATE render_rollups SET delivered = 1 WHERE delivered = 0 AND (render, attempt) IN (
                    WITH wanted (render, attempt) AS (SELECT * FROM unnest(@renders, @attempts)) SELECT w.render, w.attempt FROM wanted AS w {Delivered})
                """;
            command.Add("@renders", part.Select(each => numbers[(each.RunId, each.RenderId)]).ToArray());
            command.Add("@attempts", part.Select(static each => each.Attempt).ToArray());
            command.ExecuteNonQuery();
        }
    }

    /// <summary>Sets the euros of a day, of the rows that are there.</summary>
    public static void SetEuros(LedgerTransaction transaction, IReadOnlyDictionary<RenderCell, RenderSum> sums)
    {
        var numbers = transaction.Renders.Learn([.. sums.Keys.Select(static cell => (cell.Of.RunId, cell.Of.RenderId))]);
        foreach (var (cell, sum) in sums)
        {
            var (millions, below) = RenderSum.Split(sum.Eur);
            transaction.Execute(
                """
                UPDATE render_rollups SET eur_millions = @millions, eur = @below, unconverted = @Unconverted
                WHERE render = @render AND attempt = @Attempt AND day = @Day AND tags = @tags
                """,
                new { millions, below, sum.Unconverted, render = numbers[(cell.Of.RunId, cell.Of.RenderId)], cell.Of.Attempt, cell.Day, tags = transaction.Tags.Of(cell.Tags) });
        }
    }
}
