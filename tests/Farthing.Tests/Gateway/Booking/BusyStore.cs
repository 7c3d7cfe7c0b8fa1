using System.Reflection;
using Farthing.Ledger.Storage;

namespace Farthing.Tests.Gateway.Booking;

/// <summary>A ledger that another process holds for some writes.</summary>
internal sealed class BusyStore(LedgerStore store) : LedgerStore
{
    /// <summary>How many writes are still refused.</summary>
    public int Refusals { get; set; }

    public override string Name => store.Name;

    public override void Migrate(Assembly assembly) => store.Migrate(assembly);

    public override T Write<T>(Func<LedgerTransaction, T> work)
    {
        if (Refusals > 0)
        {
            Refusals--;
            throw new LedgerException(LedgerFault.Locked, "held by another process");
        }

        return store.Write(work);
    }

    public override T Read<T>(Func<LedgerTransaction, T> query) => store.Read(query);

    protected override void Dispose(bool disposing) => store.Dispose();
}
