using System.Reflection;
using Farthing.Ledger.Storage;

namespace Farthing.Ledger.Chain;

/// <summary>Tables that another part of Farthing keeps beside the ledger, in its transactions and outside its chain.</summary>
public interface ILedgerAnnex
{
    /// <summary>Whose scripts make them.</summary>
    Assembly Scripts { get; }

    /// <summary>What of them is held against the ledger and what is not, for people.</summary>
    string Scope { get; }

    /// <summary>Holds them against the ledger.</summary>
    /// <param name="transaction">One state of the store.</param>
    /// <param name="found">Gets which row is not what it must be, and what is wrong with it.</param>
    void Check(LedgerTransaction transaction, Action<string, string> found);
}
