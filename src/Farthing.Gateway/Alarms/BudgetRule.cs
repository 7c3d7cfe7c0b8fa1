using System.Globalization;
using Farthing.Gateway.Budgets;
using Farthing.Gateway.Configuration;
using Farthing.Ledger.Alarms;
using Farthing.Ledger.Money;

namespace Farthing.Gateway.Alarms;

/// <summary>A budget has spent more than a share of its limit in the period that is under way. A new period is a new alarm.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Over">The share of the limit.</param>
/// <param name="Budgets">The budgets; each is judged by itself.</param>
public sealed record BudgetRule(string Name, Share Over, IReadOnlyList<BudgetOptions> Budgets) : AlarmRule(Name)
{
    /// <inheritdoc/>
    public override string Limit => $"{Over} %";

    /// <inheritdoc/>
    public override string Kind => "budget";

    /// <inheritdoc/>
    public override IReadOnlyList<AlarmFinding> Look(AlarmScene scene)
    {
        ArgumentNullException.ThrowIfNull(scene);
        return scene.Gateway is not { } books ? [] : books.Read(transaction => (IReadOnlyList<AlarmFinding>)
        [
            .. Budgets.Select(budget =>
            {
                var term = BudgetTerm.At(budget, scene.Now);
                return Finding(budget, term, BudgetRows.Read(transaction, term.Key));
            }),
        ]);
    }

    private AlarmFinding Finding(BudgetOptions budget, BudgetTerm term, BudgetState state)
    {
        var percent = Share.Percent(state.Spent, budget.Limit.Units);
        var unpriced = state.Unpriced == 0 ? "" : string.Create(CultureInfo.InvariantCulture, $" {state.Unpriced:N0} attempts without a price are not in it.");
        var resets = term.Resets is { } at ? string.Create(CultureInfo.InvariantCulture, $" It resets at {at:yyyy-MM-dd HH:mm}Z.") : "";
        return new AlarmFinding(
            term.Key,
            Over.IsPassedBy(state.Spent, budget.Limit.Units),
            percent,
            Over.ToString(),
            "%",
            $"The budget {budget.Name} has spent {percent} % of its limit ({new Amount(state.Spent)} of {budget.Limit}); the alarm's limit is {Over} %.{unpriced}{resets}")
        {
            To = term.Resets,
            Details = [new("spent_usd", new Amount(state.Spent).ToExactString()), new("limit_usd", budget.Limit.ToExactString()), new("scope", budget.Scope.ToString())],
        };
    }
}
