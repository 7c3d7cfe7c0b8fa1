using Farthing.Ledger.Storage;

namespace Farthing.Ledger.Chain;

/// <summary>Checks what lies beside the ledger, where it is there.</summary>
internal static class AnnexCheck
{
    /// <returns>What was held against the ledger and what was not; null where the tables were never made.</returns>
    public static string? Run(LedgerTransaction transaction, ILedgerAnnex annex, LedgerProblems problems)
    {
        var (ran, all) = Migrations.Progress(transaction, annex.Scripts);
        if (ran < all)
        {
            // Only who uses the tables brings them up to date: a check changes nothing.
            return ran == 0 ? null : $"Not checked, since an older version made them: the tables of {annex.Scripts.GetName().Name}.";
        }

        AppendOnlyCheck.Run(transaction, [annex.Scripts], problems);
        annex.Check(transaction, (where, what) => problems.Add(new LedgerProblem(0, where, what)));
        return annex.Scope;
    }
}
