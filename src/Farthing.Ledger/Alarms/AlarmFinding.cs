namespace Farthing.Ledger.Alarms;

/// <summary>What a rule found out about one subject.</summary>
/// <param name="Subject">What it is about, where a rule is about several things, such as a model or a budget's period; else empty.</param>
/// <param name="IsOver">Whether the limit is passed. Exactly the limit is not over it.</param>
/// <param name="Observed">The figure, exact; empty where there is nothing to judge by.</param>
/// <param name="Limit">The limit, in the same unit.</param>
/// <param name="Unit">Of both, such as <c>USD</c> or <c>%</c>.</param>
/// <param name="Summary">The same in a sentence.</param>
public sealed record AlarmFinding(string Subject, bool IsOver, string Observed, string Limit, string Unit, string Summary)
{
    /// <summary>The first instant that was looked at; null where there is no first one.</summary>
    public DateTimeOffset? From { get; init; }

    /// <summary>The first instant after it that was not; null where it is now.</summary>
    public DateTimeOffset? To { get; init; }

    /// <summary>Further figures for programs, by name.</summary>
    public IReadOnlyList<KeyValuePair<string, string>> Details { get; init; } = [];

    /// <summary>The same finding of whole days (UTC), both included.</summary>
    internal AlarmFinding OfDays((DateOnly From, DateOnly To) days) => this with
    {
        From = new DateTimeOffset(days.From, TimeOnly.MinValue, TimeSpan.Zero),
        To = new DateTimeOffset(days.To.AddDays(1), TimeOnly.MinValue, TimeSpan.Zero),
    };
}
