using System.Globalization;
using Farthing.Ledger.Storage;

namespace Farthing.Ledger.Chain;

/// <summary>What many rows share is kept once, under a number. Two numbers for the same would part sums that are one.</summary>
internal static class KindCheck
{
    private const string OfCharges = "run_id, stage, resource, meter, lease_id, split_method, tags, precision, estimated";
    private const string OfAttempts = "lease_id, tags, precision, model, width, height, steps, passes, forced";

    public static void Run(LedgerTransaction transaction, LedgerProblems problems)
    {
        Run(transaction, "charge_kinds", OfCharges, problems);
        if (transaction.IsSqlite)
        {
            Run(transaction, "attempt_kinds", OfAttempts, problems);
        }
    }

    private static void Run(LedgerTransaction transaction, string table, string columns, LedgerProblems problems)
    {
        foreach (var (first, last) in transaction.Query<(long First, long Last)>($"SELECT min(seq), max(seq) FROM {table} GROUP BY {columns} HAVING count(*) > 1"))
        {
            problems.Add(new LedgerProblem(0, string.Create(CultureInfo.InvariantCulture, $"{table} {last}"), string.Create(CultureInfo.InvariantCulture, $"says the same as {table} {first}: it was never written by Farthing.")));
        }
    }
}
