using Farthing.Ledger.Storage;
using Npgsql;

namespace Farthing.Ledger.Chain;

/// <summary>Holds tables, views and indices of a PostgreSQL ledger against those that the scripts make, and looks for rules, which are to rows what triggers are.</summary>
internal static class PostgresSchemaCheck
{
    private const string Restore = "Restore a backup from before that";

    public static void Run(LedgerTransaction transaction, PostgresMade made, LedgerProblems problems)
    {
        var there = transaction.Query<(string Name, string Kind)>(
            "SELECT relname::text, relkind::text FROM pg_class WHERE relnamespace = current_schema()::regnamespace AND relkind IN ('r', 'p', 'v', 'i', 'I')")
            .ToDictionary(static row => row.Name, static row => row.Kind, StringComparer.Ordinal);
        foreach (var table in made.Tables.Where(table => there.GetValueOrDefault(table) is not ("r" or "p")))
        {
            problems.Add(new LedgerProblem(0, $"the table {table}", $"is missing. {Restore}."));
        }

        var columns = transaction.Query<string>(
            "SELECT t.relname || '.' || a.attname FROM pg_attribute AS a JOIN pg_class AS t ON t.oid = a.attrelid WHERE t.relnamespace = current_schema()::regnamespace AND a.attnum > 0 AND NOT a.attisdropped")
            .ToHashSet(StringComparer.Ordinal);
        foreach (var column in made.Columns.Where(column => made.Tables.Contains(column.Split('.')[0]) && !columns.Contains(column)))
        {
            problems.Add(new LedgerProblem(0, $"the column {column}", $"is missing. {Restore}."));
        }

        foreach (var (view, body) in made.Views)
        {
            var isThere = there.GetValueOrDefault(view) == "v";
            if (!isThere || IsReplaced(transaction, view, body))
            {
                problems.Add(new LedgerProblem(
                    0, $"the view {view}", $"is {(isThere ? "another one than Farthing made, so that what it shows need not be what was posted" : "missing")}. {Restore}, or make it again: CREATE VIEW {view} AS {body}"));
            }
        }

        foreach (var (index, sql) in made.Indices.Where(each => there.GetValueOrDefault(each.Key) is not ("i" or "I")))
        {
            problems.Add(new LedgerProblem(0, $"the index {index}", $"is missing. Make it again: {sql}"));
        }

        CheckAdded(transaction, made, problems);
    }

    /// <summary>An index of a month is one of all charges, and one that keeps a key unique is made with its table.</summary>
    private static void CheckAdded(LedgerTransaction transaction, PostgresMade made, LedgerProblems problems)
    {
        var tables = made.Tables.ToArray();
        var indices = transaction.Query<(string Name, string Table)>(
            """
            SELECT i.relname::text, t.relname::text FROM pg_index AS x JOIN pg_class AS i ON i.oid = x.indexrelid JOIN pg_class AS t ON t.oid = x.indrelid
            WHERE t.relnamespace = current_schema()::regnamespace AND NOT i.relispartition AND NOT EXISTS (SELECT 1 FROM pg_constraint AS c WHERE c.conindid = i.oid)
                AND (t.relname = ANY (@tables) OR t.oid IN (SELECT n.inhrelid FROM pg_inherits AS n JOIN pg_class AS p ON p.oid = n.inhparent WHERE p.relnamespace = t.relnamespace AND p.relname = ANY (@tables)))
            ORDER BY 1
            """,
            new { tables });
        foreach (var (name, table) in indices.Where(each => !made.Indices.ContainsKey(each.Name)))
        {
            problems.Add(new LedgerProblem(0, $"the index {name} of {table}", $"was not made by Farthing. Take it away: DROP INDEX {name}."));
        }

        var rules = transaction.Query<(string Name, string Table)>(
            """
            SELECT r.rulename::text, t.relname::text FROM pg_rewrite AS r JOIN pg_class AS t ON t.oid = r.ev_class
            WHERE t.relnamespace = current_schema()::regnamespace AND t.relname = ANY (@named) AND r.rulename <> '_RETURN' ORDER BY 1
            """,
            new { named = tables.Concat(made.Views.Keys).ToArray() });
        foreach (var (name, table) in rules)
        {
            problems.Add(new LedgerProblem(0, $"the rule {name} of {table}", $"was not made by Farthing, and may change what is written there. Take it away: DROP RULE {name} ON {table}."));
        }
    }

    /// <summary>The script's view is made for a moment, so that both are said in the server's own words. Who may make none is not told.</summary>
    private static bool IsReplaced(LedgerTransaction transaction, string view, string body)
    {
        transaction.Execute("SAVEPOINT farthing_view");
        try
        {
            transaction.Execute($"CREATE TEMP VIEW farthing_verified AS {body}");
            return !transaction.Scalar<bool>("SELECT pg_get_viewdef('pg_temp.farthing_verified'::regclass) = pg_get_viewdef((quote_ident(current_schema()) || '.' || quote_ident(@view))::regclass)", new { view });
        }
        catch (PostgresException error) when (error.SqlState is PostgresErrorCodes.InsufficientPrivilege or PostgresErrorCodes.ReadOnlySqlTransaction or PostgresErrorCodes.UndefinedTable or PostgresErrorCodes.UndefinedColumn)
        {
            // What the view is of is missing, and told by itself.
            return false;
        }
        finally
        {
            transaction.Execute("ROLLBACK TO SAVEPOINT farthing_view");
        }
    }
}
