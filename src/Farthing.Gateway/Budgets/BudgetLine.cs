using Farthing.Gateway.Configuration;

namespace Farthing.Gateway.Budgets;

/// <summary>A budget of the configuration, with its period of now.</summary>
internal sealed class BudgetLine(BudgetOptions options, BudgetDesk desk)
{
    private volatile BudgetAccount? _current;

    public BudgetOptions Options => options;

    /// <summary>The account of an instant.</summary>
    public BudgetAccount At(DateTimeOffset now)
    {
        var current = _current;
        return current is not null && !(current.Term.Resets <= now)
            ? current
            : _current = desk.Account(options, now);
    }
}
