using System.Collections.Concurrent;
using System.Reflection;
using System.Text.RegularExpressions;
using Farthing.Ledger.Storage;

namespace Farthing.Ledger.Chain;

/// <summary>A trigger of a SQLite ledger.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Table">What it stands before.</param>
/// <param name="Sql">What makes it, on one line.</param>
internal sealed partial record SqliteGuard(string Name, string Table, string Sql)
{
    private static readonly ConcurrentDictionary<Assembly, IReadOnlyList<SqliteGuard>> Made = new();

    /// <summary>Those that a new ledger has once an assembly's scripts have run on it: what they make and later take away is in no list that could grow old.</summary>
    public static IReadOnlyList<SqliteGuard> MadeBy(Assembly scripts) => Made.GetOrAdd(scripts, static each =>
    {
        using var fresh = SqliteFile.Open(":memory:");
        fresh.Migrate(each);
        return fresh.Write(static transaction => Of(transaction).ToList());
    });

    /// <summary>Those of a ledger.</summary>
    public static IEnumerable<SqliteGuard> Of(LedgerTransaction transaction) => transaction
        .Query<(string Name, string Table, string Sql)>("SELECT name, tbl_name, sql FROM sqlite_master WHERE type = 'trigger'")
        .Select(static row => new SqliteGuard(row.Name, row.Table, Blanks().Replace(row.Sql, " ")));

    [GeneratedRegex(@"\s+")]
    private static partial Regex Blanks();
}
