using System.Globalization;
using Farthing.Gateway.Calls;
using Farthing.Gateway.Configuration;
using Farthing.Ledger.Money;

namespace Farthing.Gateway.Budgets;

/// <summary>What clients are told when a budget refuses.</summary>
internal static class BudgetErrors
{
    /// <summary>A budget had not enough, or could not be asked.</summary>
    /// <param name="outcome">Which of the two.</param>
    /// <param name="account">The budget.</param>
    /// <param name="estimate">What the attempt may cost at most.</param>
    /// <param name="now">The time.</param>
    public static GatewayError Of(TakeOutcome outcome, BudgetAccount account, long estimate, DateTimeOffset now)
    {
        if (outcome == TakeOutcome.Unavailable)
        {
            return new GatewayError(503, "budget_unavailable", $"The budget '{account.Options.Name}' can't be asked now, so that the call is not made. Try again.")
            {
                RetryAfter = TimeSpan.FromSeconds(1),
            };
        }

        var options = account.Options;
        var (_, reserved, _) = account.Look();
        var isShort = estimate > options.Limit.Units;
        var reset = account.Term.Resets is { } at
            ? string.Create(CultureInfo.InvariantCulture, $"It resets at {at:yyyy-MM-dd'T'HH:mm:ss'Z'}.")
            : "It does not reset.";
        var may = isShort
            ? $"This call may cost up to {new Amount(estimate)}, more than the whole budget: ask for fewer tokens."
            : $"This call may cost up to {new Amount(estimate)}, more than what is left.";
        var held = reserved > 0 ? $" {new Amount(reserved)} is held for calls under way, and what they don't use comes back." : "";
        return new GatewayError(
            429,
            "insufficient_quota",
            $"The budget '{options.Name}' ({options.Scope}) of {options.Limit}{Each(options.Period)} is used up. {may}{held} {reset}")
        {
            // What calls under way hold may come back in a moment; else a retry is in vain until the reset.
            RetryAfter = reserved > 0 && !isShort ? TimeSpan.FromSeconds(1) : account.Term.Resets - now,
            IsFinal = reserved == 0 || isShort,
        };
    }

    /// <summary>A limit of the answer, or how many answers there are to be, is none, which the provider would refuse too if nothing had to be held for it.</summary>
    public static GatewayError BadLimit(string field) =>
        new(400, "bad_request", $"The field '{field}' must be a whole number{(field == "n" ? "" : " of tokens")}, 1 or more.", field);

    /// <summary>A model has no price.</summary>
    public static GatewayError Unpriced(string target, string resource, BudgetOptions budget) => new(
        403,
        "model_unpriced",
        $"The model '{target}' has no price ({resource}), so that the budget '{budget.Name}' can't bound what it costs. Add prices for input-tokens and output-tokens, or set unpriced: allow at the budget.",
        "model");

    /// <summary>Nothing bounds what a request may cost.</summary>
    public static GatewayError Unbounded(string what, BudgetOptions budget) => new(
        403,
        "cost_unbounded",
        $"What '{what}' reads and how often it runs is up to the provider, so that the budget '{budget.Name}' can't bound what this call costs. Leave it out, or call with a key that no budget pays for.",
        "tools");

    private static string Each(BudgetPeriod period) => period switch
    {
        BudgetPeriod.Day => " a day",
        BudgetPeriod.Month => " a month",
        _ => " in total",
    };
}
