using System.Collections.Concurrent;
using System.Reflection;
using System.Text.RegularExpressions;
using Farthing.Ledger.Storage;

namespace Farthing.Ledger.Chain;

/// <summary>A table, view, index or trigger of a SQLite ledger.</summary>
/// <param name="Type">Which of the four.</param>
/// <param name="Name">Its name.</param>
/// <param name="Table">The table or view that it is of; its own name where it is one.</param>
/// <param name="Sql">What makes it, on one line.</param>
internal sealed partial record SqliteObject(string Type, string Name, string Table, string Sql)
{
    private static readonly ConcurrentDictionary<(Assembly, string), IReadOnlyDictionary<string, SqliteObject>> Made = new();

    /// <summary>Whether it is a trigger.</summary>
    public bool IsTrigger => Type == "trigger";

    /// <summary>
    /// What a new ledger has once some of an assembly's scripts have run on it, beside the ledger's own unless it is that: what they make and later take away is in no list that could grow old.
    /// </summary>
    /// <param name="assembly">Whose scripts.</param>
    /// <param name="ran">The names of those that have run.</param>
    public static IReadOnlyDictionary<string, SqliteObject> MadeBy(Assembly assembly, IReadOnlySet<string> ran)
    {
        List<string> scripts = [.. Migrations.ScriptsOf(assembly).Where(ran.Contains)];
        return Made.GetOrAdd((assembly, string.Join('\n', scripts)), _ =>
        {
            // Opened, it has the ledger's own.
            using var fresh = SqliteFile.Open(":memory:");
            if (assembly == typeof(SqliteFile).Assembly)
            {
                return fresh.Write(Of);
            }

            return fresh.Write(transaction =>
            {
                var own = Of(transaction);
                scripts.ForEach(script => transaction.Execute(Migrations.TextOf(assembly, script)));
                return Of(transaction).Where(each => !own.ContainsKey(each.Key)).ToDictionary(StringComparer.Ordinal);
            });
        });
    }

    /// <summary>Those of a ledger, by their names. What SQLite makes for itself, and the notes of which scripts have run, are not among them.</summary>
    public static Dictionary<string, SqliteObject> Of(LedgerTransaction transaction) => transaction
        .Query<(string Type, string Name, string Table, string Sql)>(
            "SELECT type, name, tbl_name, sql FROM sqlite_master WHERE sql IS NOT NULL AND name NOT LIKE 'sqlite\\_%' ESCAPE '\\' AND tbl_name NOT LIKE 'schema\\_farthing\\_%' ESCAPE '\\'")
        .Select(static row => new SqliteObject(row.Type, row.Name, row.Table, Blanks().Replace(row.Sql, " ").Replace("\"", "", StringComparison.Ordinal)))
        .ToDictionary(static each => each.Name, StringComparer.Ordinal);

    [GeneratedRegex(@"\s+")]
    private static partial Regex Blanks();
}
