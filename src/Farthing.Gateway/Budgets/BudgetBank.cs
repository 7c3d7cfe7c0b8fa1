using Farthing.Ledger.Storage;

namespace Farthing.Gateway.Budgets;

/// <summary>The shared store of budgets as one process sees it.</summary>
/// <param name="file">The ledger's file, which has the gateway's tables.</param>
/// <param name="process">This process's session; what it holds is given back when nothing of it is left to post.</param>
internal sealed class BudgetBank(LedgerStore file, string process)
{
    /// <summary>Takes up to an amount of what is left of a budget.</summary>
    /// <exception cref="LedgerException">The file can't be written; nothing was taken.</exception>
    public (long Granted, BudgetState State) Take(string budget, long want, long limit) =>
        file.Write(transaction => BudgetRows.Take(transaction, budget, process, want, limit));

    /// <summary>Gives back what is not needed.</summary>
    /// <exception cref="LedgerException">The file can't be written; nothing was given back.</exception>
    public void Return(string budget, long amount) =>
        file.Write(transaction => BudgetRows.Return(transaction, budget, process, amount));

    /// <summary>The state of a budget's period.</summary>
    /// <exception cref="LedgerException">The file can't be read.</exception>
    public BudgetState State(string budget) => file.Read(transaction => BudgetRows.Read(transaction, budget));
}
