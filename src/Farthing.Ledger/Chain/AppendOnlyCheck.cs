using System.Reflection;
using Farthing.Ledger.Storage;

namespace Farthing.Ledger.Chain;

/// <summary>
/// A ledger is append-only by what its store refuses. Whether a store still refuses it is held against what the scripts make: triggers that
/// are gone, off or replaced, and on PostgreSQL roles that may change rows.
/// </summary>
internal static class AppendOnlyCheck
{
    public static void Run(LedgerTransaction transaction, IReadOnlyList<Assembly> scripts, LedgerProblems problems)
    {
        if (transaction.IsSqlite)
        {
            OnSqlite(transaction, scripts, problems);
        }
        else
        {
            OnPostgres(transaction, PostgresGuard.Of(scripts), problems);
        }
    }

    private static void OnSqlite(LedgerTransaction transaction, IReadOnlyList<Assembly> scripts, LedgerProblems problems)
    {
        var there = SqliteGuard.Of(transaction).ToDictionary(static guard => guard.Name, StringComparer.Ordinal);
        foreach (var wanted in scripts.SelectMany(SqliteGuard.MadeBy).Distinct())
        {
            if (there.GetValueOrDefault(wanted.Name) != wanted)
            {
                problems.Add(Problem(wanted.Name, wanted.Table, there.ContainsKey(wanted.Name) ? "is another one than Farthing made" : "is missing", wanted.Sql));
            }
        }
    }

    private static void OnPostgres(LedgerTransaction transaction, PostgresGuard guard, LedgerProblems problems)
    {
        var there = guard.There(transaction);
        foreach (var (table, wanted) in guard.Wanted(transaction))
        {
            if (!there.TryGetValue((table, wanted.Name), out var isRight) || !isRight)
            {
                problems.Add(Problem(
                    wanted.Name, table, there.ContainsKey((table, wanted.Name)) ? "is off, or another one than Farthing made" : "is missing", wanted.Sql.Replace($" ON {wanted.Table} ", $" ON {table} ", StringComparison.Ordinal)));
            }
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
