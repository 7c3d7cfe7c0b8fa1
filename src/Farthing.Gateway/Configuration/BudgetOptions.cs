using Farthing.Ledger.Money;

namespace Farthing.Gateway.Configuration;

/// <summary>How long a budget's limit holds. Days and months are UTC's.</summary>
public enum BudgetPeriod
{
    /// <summary>A day.</summary>
    Day,

    /// <summary>A month.</summary>
    Month,

    /// <summary>For ever.</summary>
    Total,
}

/// <summary>Whose calls a budget pays for.</summary>
public enum BudgetScopeKind
{
    /// <summary>All calls.</summary>
    All,

    /// <summary>The calls of one client key.</summary>
    Key,

    /// <summary>The calls of the client keys of one team.</summary>
    Team,

    /// <summary>The calls with one tag.</summary>
    Tag,
}

/// <summary>Whose calls a budget pays for.</summary>
/// <param name="Kind">By what they are known.</param>
/// <param name="Name">The key's name, the team or the tag; empty for all.</param>
public readonly record struct BudgetScope(BudgetScopeKind Kind, string Name)
{
    /// <summary>As it is written: <c>all</c>, <c>key:NAME</c>, <c>team:NAME</c> or <c>tag:NAME</c>.</summary>
    public override string ToString() => Kind switch
    {
        BudgetScopeKind.Key => "key:" + Name,
        BudgetScopeKind.Team => "team:" + Name,
        BudgetScopeKind.Tag => "tag:" + Name,
        _ => "all",
    };
}

/// <summary>What some calls may cost together.</summary>
/// <param name="Name">Its permanent name, under which what it spent is kept.</param>
/// <param name="Scope">Whose calls.</param>
/// <param name="Limit">The most that they may cost in a period; above 0.</param>
/// <param name="Period">How long the limit holds.</param>
public sealed record BudgetOptions(string Name, BudgetScope Scope, Amount Limit, BudgetPeriod Period)
{
    /// <summary>Whether calls of models without a price may be made, which no limit can bound. Default false.</summary>
    public bool AllowsUnpriced { get; init; }

    /// <summary>The tokens that an answer is taken to have at most where the request does not say, 1 to 10,000,000. Default 16,384.</summary>
    public int MaxOutputTokens { get; init; } = 16_384;
}
