using System.Globalization;
using Farthing.Gateway.Configuration;

namespace Farthing.Gateway.Budgets;

/// <summary>One period of a budget: the key that it is kept under, and when it ends.</summary>
/// <param name="Key">Such as <c>team-a@2026-11-25</c>, <c>team-a@2026-11</c> or <c>team-a@total</c>.</param>
/// <param name="Resets">When the next one begins; null for a budget that does not reset.</param>
internal sealed record BudgetTerm(string Key, DateTimeOffset? Resets)
{
    /// <summary>The period of an instant.</summary>
    public static BudgetTerm At(BudgetOptions options, DateTimeOffset now)
    {
        var day = new DateTimeOffset(now.UtcDateTime.Date, TimeSpan.Zero);
        return options.Period switch
        {
            BudgetPeriod.Day => new BudgetTerm(options.Name + day.ToString("'@'yyyy-MM-dd", CultureInfo.InvariantCulture), day.AddDays(1)),
            BudgetPeriod.Month => new BudgetTerm(options.Name + day.ToString("'@'yyyy-MM", CultureInfo.InvariantCulture), day.AddDays(1 - day.Day).AddMonths(1)),
            _ => new BudgetTerm(options.Name + "@total", null),
        };
    }
}
