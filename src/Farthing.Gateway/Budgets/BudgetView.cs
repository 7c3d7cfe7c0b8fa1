using Farthing.Gateway.Configuration;
using Farthing.Ledger.Money;

namespace Farthing.Gateway.Budgets;

/// <summary>A budget's period for people.</summary>
/// <param name="Options">As configured.</param>
/// <param name="Key">The period's key, such as <c>team-a@2026-11-25</c>.</param>
/// <param name="Spent">By attempts that are in the ledger.</param>
/// <param name="Held">Taken by processes, this one too, and not spent yet.</param>
public sealed record BudgetView(BudgetOptions Options, string Key, Amount Spent, Amount Held)
{
    /// <summary>What no process has taken yet; below 0 where a limit was lowered or an estimate was too low.</summary>
    public Amount Left => Options.Limit - Spent - Held;

    /// <summary>When it resets; null when it does not.</summary>
    public DateTimeOffset? ResetsAt { get; init; }

    /// <summary>Attempts of which some tokens have no price, so that they are in no sum.</summary>
    public long UnpricedAttempts { get; init; }

    /// <summary>What this process has ready for calls.</summary>
    public Amount Slice { get; init; }

    /// <summary>What calls under way in this process hold.</summary>
    public Amount Reserved { get; init; }
}
