using System.Reflection;
using Farthing.Ledger.Storage;

namespace Farthing.Tests.Ledger.Simulation;

/// <summary>What goes wrong with a write.</summary>
internal enum Fault
{
    None,

    /// <summary>The process dies before the commit: nothing was kept.</summary>
    BeforeCommit,

    /// <summary>The process dies after the commit, before anybody hears of it: all was kept.</summary>
    AfterCommit,
}

internal sealed class SimulatedCrash : Exception;

/// <summary>A store whose next write may crash.</summary>
internal sealed class FaultyStore(LedgerStore store) : LedgerStore
{
    public Fault Next { get; set; }

    public override string Name => store.Name;

    public override void Migrate(Assembly assembly) => store.Migrate(assembly);

    public override T Write<T>(Func<LedgerTransaction, T> work)
    {
        var fault = Next;
        Next = Fault.None;
        var result = store.Write(transaction =>
        {
            var done = work(transaction);
            return fault == Fault.BeforeCommit ? throw new SimulatedCrash() : done;
        });
        return fault == Fault.AfterCommit ? throw new SimulatedCrash() : result;
    }

    public override T Read<T>(Func<LedgerTransaction, T> query) => store.Read(query);

    protected override void Dispose(bool disposing) => store.Dispose();
}
