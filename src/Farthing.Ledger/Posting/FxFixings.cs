using Farthing.Ledger.Money;
using Farthing.Ledger.Prices;
using Microsoft.Data.Sqlite;

namespace Farthing.Ledger.Posting;

/// <summary>
/// Fixes the rate of a day with its first entry that finds one. Every entry of the day is converted by it for ever,
/// so a report in euros never changes and does not depend on the order in which entries came.
/// </summary>
internal sealed class FxFixings(SqliteTransaction transaction, PriceBook book) : IDisposable
{
    private readonly HashSet<int> _seen = [];
    private readonly ReusedCommand _insert = new(
        transaction,
        """
        INSERT INTO fx_fixings (currency, day, rate_seq) SELECT 'EUR', $1, seq FROM fx_rates WHERE id = $2
        ON CONFLICT (currency, day) DO NOTHING
        """,
        2);

    /// <summary>A rolled-back transaction takes its fixings along, so none is remembered beyond it.</summary>
    public void Enter(SqliteTransaction next)
    {
        _seen.Clear();
        _insert.Enter(next);
    }

    public void Fix(DateTimeOffset instant)
    {
        var day = EventTime.DayOf(EventTime.ToMicroseconds(instant));
        if (_seen.Add(day) && book.FindRate(Currency.Eur, EventTime.ToDate(day)) is { } rate)
        {
            _insert.Set(1, (long)day);
            _insert.Set(2, rate.Id);
            _insert.Execute();
        }
    }

    /// <summary>Fixes the days that have entries and found no rate then, for which the book has one now.</summary>
    public static void FixOpenDays(SqliteTransaction transaction, PriceBook book)
    {
        using var fixings = new FxFixings(transaction, book);
        using var command = transaction.Connection!.CreateCommand();
        command.Transaction = transaction;
        command.CommandText =
            """
            SELECT day FROM (
                SELECT DISTINCT c.at / 86400000000 AS day FROM charges AS c JOIN transfers AS t ON t.charge_seq = c.seq
                UNION SELECT DISTINCT at / 86400000000 FROM memos WHERE amount IS NOT NULL
            ) WHERE day NOT IN (SELECT day FROM fx_fixings WHERE currency = 'EUR')
            """;
        var days = new List<int>();
        using (var reader = command.ExecuteReader())
        {
            while (reader.Read())
            {
                days.Add((int)reader.GetInt64(0));
            }
        }

        days.ForEach(day => fixings.Fix(EventTime.FromMicroseconds(EventTime.StartOf(EventTime.ToDate(day)))));
    }

    public void Dispose() => _insert.Dispose();
}
