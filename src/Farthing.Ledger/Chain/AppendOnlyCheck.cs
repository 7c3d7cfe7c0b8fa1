using System.Reflection;
using Farthing.Ledger.Storage;

namespace Farthing.Ledger.Chain;

/// <summary>
/// A ledger is append-only by what its store refuses, and shows what was posted by its views. Whether a store is still made so is held against what the scripts make: triggers that
/// are gone, off, replaced or added, views, indices and tables that are others, and on PostgreSQL roles that may change rows.
/// </summary>
internal static class AppendOnlyCheck
{
    /// <param name="transaction">One state of the store.</param>
    /// <param name="scripts">Whose scripts make it.</param>
    /// <param name="ran">Those of them that have run.</param>
    /// <param name="problems">Takes what differs.</param>
    public static void Run(LedgerTransaction transaction, Assembly scripts, IReadOnlySet<string> ran, LedgerProblems problems)
    {
        if (transaction.IsSqlite)
        {
            SqliteSchemaCheck.Run(SqliteObject.Of(transaction), SqliteObject.MadeBy(scripts, ran), problems);
            SequenceCheck.Run(transaction, problems);
            return;
        }

        List<string> texts = [.. Migrations.ScriptsOf(scripts, isPostgres: true).Where(ran.Contains).Select(script => Migrations.TextOf(scripts, script))];
        OnPostgres(transaction, PostgresGuard.Of(texts), problems);
        PostgresSchemaCheck.Run(transaction, PostgresMade.Of(texts), problems);
    }

    private static void OnPostgres(LedgerTransaction transaction, PostgresGuard guard, LedgerProblems problems)
    {
        var there = guard.There(transaction);
        var wanted = guard.Wanted(transaction).ToDictionary(static each => (each.Table, each.Trigger.Name), static each => each.Trigger);
        foreach (var ((table, name), trigger) in wanted)
        {
            if (!there.TryGetValue((table, name), out var isRight) || !isRight)
            {
                problems.Add(Problem(
                    name, table, there.ContainsKey((table, name)) ? "is off, or another one than Farthing made" : "is missing", trigger.Sql.Replace($" ON {trigger.Table} ", $" ON {table} ", StringComparison.Ordinal)));
            }
        }

        var tables = wanted.Keys.Select(static key => key.Table).ToHashSet(StringComparer.Ordinal);
        foreach (var (table, name) in there.Keys.Where(key => tables.Contains(key.Table) && !wanted.ContainsKey(key)))
        {
            problems.Add(new LedgerProblem(0, $"the trigger {name} of {table}", $"was not made by Farthing, and may change what is written there. Take it away: DROP TRIGGER {name} ON {table}."));
        }

        if (guard.IsReplaced(transaction))
        {
            problems.Add(new LedgerProblem(0, $"the function {PostgresGuard.Function}()", "is not the one that Farthing made, so that rows can be changed and removed. Restore a backup from before that."));
        }

        foreach (var (role, table) in guard.Changers(transaction))
        {
            problems.Add(new LedgerProblem(0, $"the role {role}", $"may change or remove rows of {table}. Take that right away: REVOKE UPDATE, DELETE, TRUNCATE ON {table} FROM {role}, PUBLIC."));
        }
    }

    private static LedgerProblem Problem(string name, string table, string what, string sql) => new(
        0, $"the trigger {name} of {table}", $"{what}, so that rows there can be changed, removed or added by anyone. Restore a backup from before that, or make it again: {sql}");
}
