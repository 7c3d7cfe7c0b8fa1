using System.Reflection;
using Farthing.Ledger.Posting;
using Farthing.Ledger.Rollups;
using Farthing.Ledger.Storage;

namespace Farthing.Ledger.Chain;

/// <summary>Says whether a ledger is what was posted: nothing altered, missing or doubled, and every sum what it must be.</summary>
public static class LedgerVerifier
{
    private static readonly Assembly Scripts = typeof(LedgerStore).Assembly;

    /// <summary>
    /// Steps: 1. the chain, that the store is made as its scripts make it, that every charge is found by its id, and that what rows share is there once, 2. every transfer moves money from one account to another for a charge that is there, so that all sums to zero,
    /// 3. every correction takes back and replaces what it says, 4. settled leases are explained to the microsecond and the last unit, 5. the rollups
    /// are the sums of their entries. All of it on one state of the store.
    /// </summary>
    /// <param name="store">The ledger, which may be written meanwhile.</param>
    /// <param name="anchor">The end of the chain as it was seen before; null for none.</param>
    /// <param name="annexes">What lies beside the ledger and is checked too, where it is there.</param>
    /// <exception cref="LedgerException">The store can't be read.</exception>
    public static LedgerCheck Verify(LedgerStore store, ChainHead? anchor = null, params ILedgerAnnex[] annexes)
    {
        ArgumentNullException.ThrowIfNull(store);
        return store.Read(transaction => Verify(transaction, anchor, annexes));
    }

    /// <summary>What of that which keeps the store's rows from being changed, or shows them, is gone or another; nothing else is looked at.</summary>
    /// <exception cref="LedgerException">The store can't be read.</exception>
    public static IReadOnlyList<LedgerProblem> Unguarded(LedgerStore store)
    {
        ArgumentNullException.ThrowIfNull(store);
        var problems = new LedgerProblems();
        store.Read(transaction =>
        {
            AppendOnlyCheck.Run(transaction, Scripts, All(transaction), problems);
            return true;
        });
        return problems.First;
    }

    internal static LedgerCheck Verify(LedgerTransaction transaction, ChainHead? anchor, params ILedgerAnnex[] annexes)
    {
        var problems = new LedgerProblems();
        var steps = new VerifySteps(transaction, problems);
        var (head, rows) = steps.Run("The chain", () => ChainVerifier.Verify(transaction, anchor, problems), (new ChainHead(0, ""), 0L));
        steps.Run("What keeps rows from being changed", () => AppendOnlyCheck.Run(transaction, Scripts, All(transaction), problems));
        steps.Run("The ids of charges", () => KeyCheck.Run(transaction, problems));
        steps.Run("What rows share", () => KindCheck.Run(transaction, problems));
        var transfers = steps.Run("The transfers", () => TransferCheck.Run(transaction, problems), 0L);
        steps.Run("The corrections", () => CorrectionCheck.Run(transaction, problems));
        var leases = steps.Run("The leases", () => CheckLeases(transaction, problems), 0L);
        var beside = annexes.Select(annex => steps.Run("What lies beside the ledger", () => AnnexCheck.Run(transaction, annex, problems), null)).OfType<string>().ToList();
        steps.Run("The rollups", () => RollupCheck.Run(transaction, problems), isOfRollups: true);
        return new LedgerCheck
        {
            Head = head,
            Rows = rows,
            Transfers = transfers,
            Leases = leases,
            Problems = problems.First,
            ProblemCount = problems.Count,
            IsMendedByRollups = problems.AreOfRollups,
            Beside = beside,
        };
    }

    // A ledger is brought up to date when it is opened.
    private static HashSet<string> All(LedgerTransaction transaction) => Migrations.ScriptsOf(Scripts, !transaction.IsSqlite).ToHashSet(StringComparer.Ordinal);

    private static long CheckLeases(LedgerTransaction transaction, LedgerProblems problems)
    {
        var prices = PriceRecords.Stored(transaction).ToDictionary(static row => row.Seq, static row => row.Price);
        // What is charged on an open lease need not come to anything yet.
        List<string> settled = [.. transaction.Query<string>("SELECT id FROM leases WHERE id IN (SELECT lease_id FROM settlements)")];
        foreach (var id in settled.Order(StringComparer.Ordinal))
        {
            LeaseBalance? lease = null;
            try
            {
                lease = Leases.Balance(transaction, id, prices);
            }
            catch (Exception error) when (error is LedgerException or OverflowException or KeyNotFoundException)
            {
                problems.Add(new LedgerProblem(0, $"lease '{id}'", $"can't be summed: {error.Message}"));
            }

            if (lease is { IsBalanced: false })
            {
                problems.Add(new LedgerProblem(
                    0, $"lease '{id}'", $"has {lease.Unexplained} unexplained, and {lease.Posted} posted where its time costs {lease.Expected}."));
            }
        }

        return transaction.Scalar<long>("SELECT count(*) FROM leases");
    }
}
