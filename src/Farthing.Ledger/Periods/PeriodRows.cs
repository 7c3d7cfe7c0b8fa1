using Dapper;
using Farthing.Ledger.Posting;
using Farthing.Ledger.Prices;
using Microsoft.Data.Sqlite;

namespace Farthing.Ledger.Periods;

/// <summary>The rows of closed periods.</summary>
internal static class PeriodRows
{
    /// <summary>The first instant that is not closed.</summary>
    public static DateTimeOffset OpenFrom(SqliteTransaction transaction) => EventTime.FromMicroseconds(
        transaction.Connection!.ExecuteScalar<long>("SELECT coalesce(max(through), 0) FROM period_closings", transaction: transaction));

    public static void Insert(SqliteTransaction transaction, DateTimeOffset openFrom, DateTimeOffset at, string reason) => transaction.Connection!.Execute(
        "INSERT INTO period_closings (through, at, reason) VALUES (@through, @at, @reason)",
        new { through = EventTime.ToMicroseconds(openFrom), at = EventTime.ToMicroseconds(at), reason },
        transaction);

    /// <summary>Says what is closed.</summary>
    public static string Closed(DateTimeOffset openFrom) =>
        $"the books are closed for all that was before {PricePeriod.Instant(openFrom)}. Post it at a later time, as a correction.";
}
