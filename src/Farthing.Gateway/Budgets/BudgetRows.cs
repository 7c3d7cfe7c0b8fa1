using Farthing.Ledger.Storage;

namespace Farthing.Gateway.Budgets;

/// <summary>What a budget's period came to so far, in 1e-12 USD.</summary>
/// <param name="Spent">By attempts that are in the ledger.</param>
/// <param name="Held">Taken by processes and not spent yet.</param>
/// <param name="Unpriced">Attempts of which some tokens have no price, so that they are in no sum.</param>
internal readonly record struct BudgetState(long Spent, long Held, long Unpriced);

/// <summary>The counters of budgets in the store that all processes share.</summary>
internal static class BudgetRows
{
    /// <summary>Gives a process up to an amount of what is left. What others hold counts as spent.</summary>
    /// <returns>How much it got, and the state after that.</returns>
    public static (long Granted, BudgetState State) Take(LedgerTransaction transaction, string budget, string process, long want, long limit)
    {
        var state = Read(transaction, budget);
        var granted = Math.Clamp(limit - state.Spent - state.Held, 0, want);
        if (granted > 0)
        {
            Hold(transaction, budget, process, granted);
        }

        return (granted, state with { Held = state.Held + granted });
    }

    /// <summary>Takes back what a process does not need.</summary>
    public static void Return(LedgerTransaction transaction, string budget, string process, long amount) => Hold(transaction, budget, process, -amount);

    /// <summary>Counts what posted attempts cost, out of what their process holds.</summary>
    /// <param name="transaction">The transaction that posts them.</param>
    /// <param name="budget">The budget's key.</param>
    /// <param name="process">The process that made them.</param>
    /// <param name="cost">What they cost.</param>
    /// <param name="unpriced">How many have tokens without a price.</param>
    public static void Settle(LedgerTransaction transaction, string budget, string process, long cost, long unpriced)
    {
        transaction.Execute(
            """
            INSERT INTO gateway_budget_spent (budget, spent, unpriced) VALUES (@budget, @cost, @unpriced)
            ON CONFLICT (budget) DO UPDATE SET spent = gateway_budget_spent.spent + excluded.spent, unpriced = gateway_budget_spent.unpriced + excluded.unpriced
            """,
            new { budget, cost, unpriced });
        Hold(transaction, budget, process, -cost);
    }

    /// <summary>Lets go of all that a process holds.</summary>
    public static void Release(LedgerTransaction transaction, string process) =>
        transaction.Execute("DELETE FROM gateway_budget_slices WHERE process = @process", new { process });

    /// <summary>The processes that hold anything.</summary>
    public static IReadOnlyList<string> Holders(LedgerTransaction transaction) =>
        [.. transaction.Query<string>("SELECT DISTINCT process FROM gateway_budget_slices")];

    /// <summary>The state of a budget's period. A process that holds less than nothing gives no room to the others.</summary>
    public static BudgetState Read(LedgerTransaction transaction, string budget) => new(
        transaction.Scalar<long>("SELECT coalesce(max(spent), 0) FROM gateway_budget_spent WHERE budget = @budget", new { budget }),
        transaction.Scalar<long>("SELECT CAST(coalesce(sum(CASE WHEN held > 0 THEN held ELSE 0 END), 0) AS bigint) FROM gateway_budget_slices WHERE budget = @budget", new { budget }),
        transaction.Scalar<long>("SELECT coalesce(max(unpriced), 0) FROM gateway_budget_spent WHERE budget = @budget", new { budget }));

    private static void Hold(LedgerTransaction transaction, string budget, string process, long amount) => transaction.Execute(
        """
        INSERT INTO gateway_budget_slices (budget, process, held) VALUES (@budget, @process, @amount)
        ON CONFLICT (budget, process) DO UPDATE SET held = gateway_budget_slices.held + excluded.held
        """,
        new { budget, process, amount });
}
