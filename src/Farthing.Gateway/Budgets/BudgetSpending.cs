using Farthing.Ledger.Storage;

namespace Farthing.Gateway.Budgets;

/// <summary>What a batch of attempts cost each budget. It is written once a budget, however many the attempts are.</summary>
internal sealed class BudgetSpending
{
    // In one order, so that processes which write the same budgets at once don't wait for each other in a circle.
    private readonly SortedDictionary<string, (long Cost, long Unpriced)> _spent = new(StringComparer.Ordinal);

    /// <summary>Counts an attempt.</summary>
    /// <param name="budgets">Keys of the budgets that it is paid from, with commas between; empty for none.</param>
    /// <param name="cost">What it cost, in 1e-12 USD.</param>
    /// <param name="isUnpriced">Whether some of its tokens have no price.</param>
    /// <exception cref="OverflowException">A budget's sum is beyond 64 bits.</exception>
    public void Add(string budgets, long cost, bool isUnpriced)
    {
        foreach (var budget in budgets.Split(',', StringSplitOptions.RemoveEmptyEntries))
        {
            var before = _spent.GetValueOrDefault(budget);
            _spent[budget] = (checked(before.Cost + cost), before.Unpriced + (isUnpriced ? 1 : 0));
        }
    }

    /// <summary>Writes it all, out of what the attempts' process holds.</summary>
    /// <param name="transaction">The transaction that posts the attempts.</param>
    /// <param name="process">The process that made them.</param>
    public void Settle(LedgerTransaction transaction, string process)
    {
        foreach (var (budget, (cost, unpriced)) in _spent)
        {
            BudgetRows.Settle(transaction, budget, process, cost, unpriced);
        }
    }
}
