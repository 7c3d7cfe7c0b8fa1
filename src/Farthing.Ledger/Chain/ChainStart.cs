using Farthing.Ledger.Storage;

namespace Farthing.Ledger.Chain;

/// <summary>The first link.</summary>
internal static class ChainStart
{
    /// <summary>Where there is no link yet, everything that is there goes into the first: a ledger from before the chain is chained as it stands.</summary>
    public static void Ensure(LedgerTransaction transaction)
    {
        if (ChainLinks.Last(transaction).Number == 0)
        {
            var rows = LedgerTables.All.SelectMany(table => new TableScan(transaction, table).Sections(static _ => { })).Select(static section => section.Sum);
            ChainLinks.Write(transaction, ChainLink.None.Next([.. rows]));
        }
    }
}
