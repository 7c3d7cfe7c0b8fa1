using Farthing.Ledger.Chain;
using Farthing.Ledger.Storage;

namespace Farthing.Ledger.Rollups;

/// <summary>The sums that reports read, as something that can be made again.</summary>
public static class LedgerRollups
{
    /// <summary>
    /// Makes all rollups again of the entries, while nobody writes. Where more than rollups is broken nothing is changed: what they say may be all that is left
    /// of an entry.
    /// </summary>
    /// <param name="store">The ledger.</param>
    /// <param name="anchor">The end of the chain as it was seen before; null for none.</param>
    /// <param name="annexes">What lies beside the ledger and is checked too.</param>
    /// <returns>What the check found before, and after; after is null where nothing was changed.</returns>
    /// <exception cref="LedgerException">The store can't be written.</exception>
    public static (LedgerCheck Before, LedgerCheck? After) Rebuild(LedgerStore store, ChainHead? anchor = null, params ILedgerAnnex[] annexes)
    {
        ArgumentNullException.ThrowIfNull(store);
        return store.Write(transaction =>
        {
            var before = LedgerVerifier.Verify(transaction, anchor, annexes);
            if (!before.IsWhole && !before.IsMendedByRollups)
            {
                return (before, null);
            }

            RollupStart.Make(transaction);
            return (before, (LedgerCheck?)LedgerVerifier.Verify(transaction, anchor, annexes));
        });
    }
}
