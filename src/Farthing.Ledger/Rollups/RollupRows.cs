using System.Globalization;
using System.Text;
using Farthing.Ledger.Storage;

namespace Farthing.Ledger.Rollups;

/// <summary>
/// The rows of rollups, on either kind of store. They are no entries: they are made of them, and `verify` makes them again. Sums are
/// added here and not by SQL, whose own integers overflow.
/// </summary>
internal static class RollupRows
{
    private const int RowsOfStatement = 200;

    private const string ChargeColumns = "day, kind, charges, quantity, time_us, unpriced, unpriced_quantity, amount, eur, unconverted, weight, weighted";

    /// <summary>Adds sums to those of their days and kinds.</summary>
    public static void Add(LedgerTransaction transaction, IReadOnlyList<(long Day, long Kind, ChargeSum Sum)> changes)
    {
        foreach (var part in changes.OrderBy(static each => each.Day).ThenBy(static each => each.Kind).Chunk(RowsOfStatement))
        {
            var stored = Stored(transaction, part);
            for (var i = 0; i < part.Length; i++)
            {
                if (stored.TryGetValue((part[i].Day, part[i].Kind), out var before))
                {
                    part[i].Sum.Add(before);
                }
            }

            Write(transaction, part);
        }
    }

    /// <summary>Sets the euros of some days and kinds, and nothing else of them.</summary>
    public static void SetEuros(LedgerTransaction transaction, IReadOnlyList<(long Day, long Kind, ChargeSum Sum)> sums)
    {
        foreach (var part in sums.Chunk(RowsOfStatement))
        {
            var stored = Stored(transaction, part);

            // What was posted a moment ago may not be in its rollup yet; it is added with its euros.
            (long Day, long Kind, ChargeSum Sum)[] known = [.. part.Where(each => stored.ContainsKey((each.Day, each.Kind)))];
            if (known.Length > 0)
            {
                Write(transaction, [.. known.Select(each => each with { Sum = stored[(each.Day, each.Kind)] with { Eur = each.Sum.Eur, Unconverted = each.Sum.Unconverted } })]);
            }
        }
    }

    /// <summary>Adds attempts to those of their cells.</summary>
    public static void Add(LedgerTransaction transaction, IReadOnlyDictionary<AttemptCell, long> changes)
    {
        foreach (var (cell, attempts) in changes.Where(static each => each.Value != 0))
        {
            transaction.Execute(
                """
                INSERT INTO attempt_rollups (day, run_id, tags, precision, outcome, attempts) VALUES (@Day, @RunId, @Tags, @Precision, @Outcome, @attempts)
                ON CONFLICT (day, run_id, tags, precision, outcome) DO UPDATE SET attempts = attempt_rollups.attempts + excluded.attempts
                """,
                new { cell.Day, cell.RunId, cell.Tags, cell.Precision, cell.Outcome, attempts });
        }
    }

    public static bool HasUnconverted(LedgerTransaction transaction, int day) =>
        transaction.Scalar<long>("SELECT count(*) FROM charge_rollups WHERE day = @day AND unconverted > 0", new { day = (long)day }) > 0;

    /// <summary>Reads sums with their kinds.</summary>
    /// <param name="transaction">An open transaction.</param>
    /// <param name="from">The first day.</param>
    /// <param name="to">The first day that is left out.</param>
    /// <param name="runId">Only this run; null for all.</param>
    public static IEnumerable<(long Day, ChargeKind Kind, ChargeSum Sum)> Read(LedgerTransaction transaction, long from, long to, string? runId)
    {
        using var command = transaction.CreateCommand();
        command.CommandText =
            $"""
            SELECT r.day, {ChargeKind.Columns}, {ChargeSum.Columns} FROM charge_rollups AS r JOIN charge_kinds AS k ON k.seq = r.kind
            WHERE r.day >= @from AND r.day < @to {(runId is null ? "" : "AND k.run_id = @run")}
            """;
        Scope(command, from, to, runId);
        using var row = command.ExecuteReader();
        while (row.Read())
        {
            yield return (row.GetInt64(0), ChargeKind.Read(row, 1), ChargeSum.Read(row, 10));
        }
    }

    /// <summary>Reads attempts by cell, as <see cref="Read"/> does charges.</summary>
    public static IEnumerable<(AttemptCell Cell, long Attempts)> ReadAttempts(LedgerTransaction transaction, long from, long to, string? runId)
    {
        using var command = transaction.CreateCommand();
        command.CommandText =
            $"""
            SELECT {AttemptCell.Columns}, r.attempts FROM attempt_rollups AS r
            WHERE r.day >= @from AND r.day < @to AND r.attempts <> 0 {(runId is null ? "" : "AND r.run_id = @run")}
            """;
        Scope(command, from, to, runId);
        using var row = command.ExecuteReader();
        while (row.Read())
        {
            yield return (new AttemptCell(row.GetInt64(0), row.GetString(1), row.GetString(2), row.GetString(3), row.GetString(4)), row.GetInt64(5));
        }
    }

    private static void Scope(System.Data.Common.DbCommand command, long from, long to, string? runId)
    {
        command.Add("@from", from);
        command.Add("@to", to);
        if (runId is not null)
        {
            command.Add("@run", runId);
        }
    }

    private static Dictionary<(long Day, long Kind), ChargeSum> Stored(LedgerTransaction transaction, (long Day, long Kind, ChargeSum Sum)[] cells)
    {
        // Numbers are no text of anybody's, so they stand in the statement as they are.
        var wanted = new StringBuilder();
        foreach (var day in cells.GroupBy(static cell => cell.Day))
        {
            wanted.Append(CultureInfo.InvariantCulture, $"{(wanted.Length == 0 ? "" : " OR ")}(r.day = {day.Key} AND r.kind IN ({string.Join(',', day.Select(static cell => cell.Kind))}))");
        }

        using var command = transaction.CreateCommand();
        command.CommandText = $"SELECT r.day, r.kind, {ChargeSum.Columns} FROM charge_rollups AS r WHERE {wanted}";
        using var row = command.ExecuteReader();
        var stored = new Dictionary<(long, long), ChargeSum>();
        while (row.Read())
        {
            stored[(row.GetInt64(0), row.GetInt64(1))] = ChargeSum.Read(row, 2);
        }

        return stored;
    }

    private static void Write(LedgerTransaction transaction, (long Day, long Kind, ChargeSum Sum)[] rows)
    {
        var values = new StringBuilder();
        foreach (var (day, kind, sum) in rows)
        {
            values.Append(values.Length == 0 ? "" : ", ")
                .Append(CultureInfo.InvariantCulture, $"({day}, {kind}, {sum.Charges}, '{sum.Quantity}', '{sum.Time}', {sum.Unpriced}, '{sum.UnpricedQuantity}', '{sum.Amount}', '{sum.Eur}', {sum.Unconverted}, '{sum.Weight}', {sum.Weighted})");
        }

        var set = string.Join(", ", ChargeColumns.Split(", ").Skip(2).Select(static column => $"{column} = excluded.{column}"));
        using var command = transaction.CreateCommand();
        command.CommandText = $"INSERT INTO charge_rollups ({ChargeColumns}) VALUES {values} ON CONFLICT (day, kind) DO UPDATE SET {set}";
        command.ExecuteNonQuery();
    }
}
