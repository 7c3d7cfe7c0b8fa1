using System.Diagnostics;
using Farthing.Ledger.Money;
using Farthing.Ledger.Posting;
using Farthing.Ledger.Prices;
using Microsoft.Data.Sqlite;

namespace Farthing.Bench.Ledger;

/// <summary>
/// What a user would have otherwise: the same usage in a plain SQL table with amounts as floating-point dollars, and a <c>GROUP BY</c>.
/// One batch is sent twice, as after an answer that was lost.
/// </summary>
internal static class PlainPart
{
    public static void Run(string folder, LedgerOptions options, Figures figures)
    {
        var path = Path.Combine(folder, "plain.db");
        var fleet = new Fleet(options.Charges);
        var book = PriceBook.Parse(Fleet.Prices);
        var renders = Math.Max(1, options.Batch / Fleet.ChargesOfRender);
        using var connection = new SqliteConnection($"Data Source={path};Pooling=False");
        connection.Open();
        Execute(connection, "PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; CREATE TABLE usage (id TEXT, at TEXT, run TEXT, render TEXT, stage TEXT, resource TEXT, meter TEXT, quantity REAL, tags TEXT, usd REAL)");
        Int128 exact = 0;
        var rows = 0L;
        var begin = Stopwatch.GetTimestamp();
        for (var i = 0; i < fleet.Renders; i += renders)
        {
            // The second batch again: nothing in such a table knows that it was there before.
            var from = i == 2 * renders ? i - renders : i;
            foreach (var at in from == i ? [i] : new[] { from, i })
            {
                rows += Insert(connection, fleet.Facts(at, Math.Min(renders, fleet.Renders - at)), book, at == i ? units => exact += units : static _ => { });
            }
        }

        var rate = rows / Stopwatch.GetElapsedTime(begin).TotalSeconds;
        begin = Stopwatch.GetTimestamp();
        var sum = Scalar(connection, "SELECT sum(usd) FROM (SELECT stage, sum(usd) AS usd FROM usage GROUP BY stage)");
        var time = Stopwatch.GetElapsedTime(begin).TotalMilliseconds;
        var distinct = Scalar(connection, "SELECT sum(usd) FROM (SELECT min(usd) AS usd FROM usage GROUP BY id)");
        var truth = (double)exact / Amount.UnitsPerDollar;
        figures.Add("plain table, ingest, no key and no check", "", $"{rate:N0} rows/s");
        figures.Add("plain table, GROUP BY stage", "", $"{time:F0} ms");
        figures.Add("plain table, one batch sent twice", "", $"{sum:F9} USD where {truth:F9} were used: {sum - truth:F9} too much");
        figures.Add("plain table, doubles taken out by hand: what floating point adds", "", $"{(distinct - truth) * 1e12:F0} units of 10⁻¹² USD (the ledger: 0)");
    }

    private static long Insert(SqliteConnection connection, IEnumerable<UsageFact> facts, PriceBook book, Action<long> count)
    {
        using var transaction = connection.BeginTransaction();
        using var command = connection.CreateCommand();
        command.CommandText = "INSERT INTO usage VALUES ($0, $1, $2, $3, $4, $5, $6, $7, $8, $9)";
        var values = Enumerable.Range(0, 10).Select(i => command.Parameters.AddWithValue($"${i}", "")).ToArray();
        var rows = 0L;
        foreach (var fact in facts)
        {
            var price = book.Find(fact.Resource, fact.Meter, fact.At)!;
            count(price.Price(fact.Quantity).Units);
            object[] row = [fact.Id, fact.At.ToString("O"), fact.RunId, fact.RenderId!, fact.Stage.Code(), fact.Resource, fact.Meter, (double)fact.Quantity, fact.Tags.Text, PlainPrice(fact)];
            for (var i = 0; i < row.Length; i++)
            {
                values[i].Value = row[i];
            }

            rows += command.ExecuteNonQuery();
        }

        transaction.Commit();
        return rows;
    }

    /// <summary>Quantity × price, as it is written when nobody thinks of it.</summary>
    private static double PlainPrice(UsageFact fact) => fact.Meter switch
    {
        Meters.DeviceTime => fact.Quantity * 3.99 / 3_600_000_000,
        Meters.InputTokens => fact.Quantity * 0.15 / 1_000_000,
        Meters.OutputTokens => fact.Quantity * 0.60 / 1_000_000,
        _ => fact.Quantity * 0.005 / 1_000,
    };

    private static void Execute(SqliteConnection connection, string sql)
    {
        using var command = connection.CreateCommand();
        command.CommandText = sql;
        command.ExecuteNonQuery();
    }

    private static double Scalar(SqliteConnection connection, string sql)
    {
        using var command = connection.CreateCommand();
        command.CommandText = sql;
        return Convert.ToDouble(command.ExecuteScalar(), System.Globalization.CultureInfo.InvariantCulture);
    }
}
