using System.Text.RegularExpressions;
using Farthing.Ledger.Storage;

namespace Farthing.Ledger.Chain;

/// <summary>A trigger that a script makes.</summary>
/// <param name="Table">What it stands before.</param>
/// <param name="Name">Its name, which is another one's on another table.</param>
/// <param name="Type">When it runs, as <c>pg_trigger.tgtype</c> says it.</param>
/// <param name="Sql">What makes it.</param>
internal sealed record PostgresTrigger(string Table, string Name, int Type, string Sql);

/// <summary>What keeps rows of a PostgreSQL ledger from being changed, as the scripts of assemblies make it.</summary>
internal sealed partial class PostgresGuard
{
    /// <summary>What all triggers call.</summary>
    public const string Function = "refuse_change";

    private readonly List<PostgresTrigger> _triggers = [];
    private string? _body;

    /// <summary>Reads it from the scripts, which no schema can be made of in passing: whoever verifies may only read.</summary>
    /// <param name="texts">The scripts in their order.</param>
    public static PostgresGuard Of(IEnumerable<string> texts)
    {
        var guard = new PostgresGuard();
        foreach (var text in texts)
        {
            guard._triggers.AddRange(Triggers().Matches(text).Select(static match => new PostgresTrigger(
                match.Groups["table"].Value, match.Groups["name"].Value, TypeOf(match.Groups["when"].Value, match.Groups["each"].Value), match.Value)));
            guard._body = Functions().Match(text) is { Success: true } made ? made.Groups["body"].Value : guard._body;
        }

        return guard;
    }

    /// <summary>Those that must be there: on the tables that scripts name, and on each month of charges.</summary>
    public IEnumerable<(string Table, PostgresTrigger Trigger)> Wanted(LedgerTransaction transaction)
    {
        var months = transaction.Query<(string Parent, string Table)>(
            """
            SELECT p.relname::text, c.relname::text FROM pg_inherits AS i JOIN pg_class AS p ON p.oid = i.inhparent JOIN pg_class AS c ON c.oid = i.inhrelid
            WHERE p.relnamespace = current_schema()::regnamespace AND p.relkind = 'p'
            """).ToLookup(static row => row.Parent, static row => row.Table);
        return _triggers.SelectMany(trigger => months[trigger.Table].Prepend(trigger.Table).Select(table => (table, trigger)));
    }

    /// <summary>Those that are there, and whether each is on and as the scripts make it.</summary>
    public Dictionary<(string Table, string Name), bool> There(LedgerTransaction transaction)
    {
        var types = _triggers.Select(static trigger => (trigger.Name, trigger.Type)).ToHashSet();
        return transaction.Query<(string Table, string Name, int Type, bool IsPlain)>(
            $"""
            SELECT c.relname::text, t.tgname::text, t.tgtype::int, t.tgenabled IN ('O', 'A') AND t.tgqual IS NULL AND t.tgattr = '' AND f.proname = '{Function}' AND f.pronamespace = c.relnamespace
            FROM pg_trigger AS t JOIN pg_class AS c ON c.oid = t.tgrelid JOIN pg_proc AS f ON f.oid = t.tgfoid
            WHERE c.relnamespace = current_schema()::regnamespace AND (NOT t.tgisinternal OR t.tgparentid <> 0)
            """).ToDictionary(static row => (row.Table, row.Name), row => row.IsPlain && types.Contains((row.Name, row.Type)));
    }

    /// <summary>Whether the function that refuses was replaced by another.</summary>
    public bool IsReplaced(LedgerTransaction transaction) => _body is not null && _body != transaction.Scalar<string>(
        $"SELECT prosrc FROM pg_proc WHERE proname = '{Function}' AND pronamespace = current_schema()::regnamespace");

    /// <summary>The ledger's own roles that may change what must stay as it is.</summary>
    public IEnumerable<(string Role, string Table)> Changers(LedgerTransaction transaction) => transaction.Query<(string, string)>(
        """
        SELECT r.rolname::text, c.relname::text FROM pg_roles AS r CROSS JOIN pg_class AS c
        WHERE r.rolname IN ('farthing_writer', 'farthing_reader') AND c.relnamespace = current_schema()::regnamespace AND c.relname = ANY (@tables)
            AND (has_table_privilege(r.oid, c.oid, 'UPDATE, DELETE, TRUNCATE') OR has_any_column_privilege(r.oid, c.oid, 'UPDATE'))
        ORDER BY 1, 2
        """,
        new { tables = _triggers.Select(static trigger => trigger.Table).Distinct().ToArray() });

    // https://github.com/postgres/postgres/blob/REL_15_STABLE/src/include/catalog/pg_trigger.h: each row 1, before 2, delete 8, update 16, truncate 32.
    private static int TypeOf(string when, string each) => (each == "ROW" ? 1 : 0) + 2 + (Has(when, "DELETE") ? 8 : 0) + (Has(when, "UPDATE") ? 16 : 0) + (Has(when, "TRUNCATE") ? 32 : 0);

    private static bool Has(string when, string what) => when.Contains(what, StringComparison.Ordinal);

    [GeneratedRegex(@"^CREATE TRIGGER (?<name>\w+) BEFORE (?<when>[A-Z ]+) ON (?<table>\w+) FOR EACH (?<each>ROW|STATEMENT) EXECUTE FUNCTION refuse_change\(\)", RegexOptions.Multiline)]
    private static partial Regex Triggers();

    [GeneratedRegex(@"^CREATE (OR REPLACE )?FUNCTION refuse_change\(\) .*?AS \$\$(?<body>.*?)\$\$", RegexOptions.Multiline | RegexOptions.Singleline)]
    private static partial Regex Functions();
}
