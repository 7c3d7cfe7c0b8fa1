using Farthing.Ledger.Storage;

namespace Farthing.Ledger.Chain;

/// <summary>Every charge must be found by its id, or a repeat of it would be posted again.</summary>
internal static class KeyCheck
{
    public static void Run(LedgerTransaction transaction, LedgerProblems problems)
    {
        if (transaction.IsSqlite)
        {
            OnSqlite(transaction, problems);
        }
        else
        {
            OnPostgres(transaction, problems);
        }
    }

    private static void OnSqlite(LedgerTransaction transaction, LedgerProblems problems)
    {
        using var command = transaction.CreateCommand();
        command.CommandText = "SELECT seq, id, key, is_derived, link FROM charges";
        using var row = command.ExecuteReader();
        while (row.Read())
        {
            // An id that can't be made again is found by the chain.
            if (!row.IsDBNull(1) && row.GetInt64(2) != (row.GetInt64(3) != 0 ? ChargeKey.OfRender(row.GetString(1)) : ChargeKey.Of(row.GetString(1))))
            {
                problems.Add(new LedgerProblem(row.GetInt64(4), $"charges {row.GetInt64(0)} ('{row.GetString(1)}')", "can't be found by its id: its key was changed."));
            }
        }
    }

    private static void OnPostgres(LedgerTransaction transaction, LedgerProblems problems)
    {
        using var command = transaction.CreateCommand();
        command.CommandText =
            """
            SELECT coalesce(c.link, 0), coalesce(c.seq, k.seq), coalesce(c.id, k.id), c.seq IS NULL
            FROM charges AS c FULL JOIN charge_keys AS k ON k.id = c.id AND k.seq = c.seq
            WHERE c.seq IS NULL OR k.seq IS NULL
            """;
        using var row = command.ExecuteReader();
        while (row.Read())
        {
            problems.Add(row.GetBoolean(3)
                ? new LedgerProblem(0, $"charge_keys '{row.GetString(2)}'", $"stands for the charge {row.GetInt64(1)}, which is not there with this id.")
                : new LedgerProblem(row.GetInt64(0), $"charges {row.GetInt64(1)} ('{row.GetString(2)}')", "can't be found by its id: its key is missing or of another charge."));
        }
    }
}
