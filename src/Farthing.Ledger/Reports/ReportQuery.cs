using Farthing.Ledger.Money;

namespace Farthing.Ledger.Reports;

/// <summary>Which costs a figure includes.</summary>
public enum CostBasis
{
    /// <summary>
    /// What renders used themselves: their stages over all attempts, waste included, and lost time.
    /// Idle, warm-up and rounding are left out.
    /// </summary>
    Marginal,

    /// <summary>Everything that was posted: idle, warm-up and rounding are spread over the stages.</summary>
    Loaded,
}

/// <summary>What a report covers and how it is expressed.</summary>
public sealed record ReportQuery
{
    /// <summary>Only this run; null for all.</summary>
    public string? RunId { get; init; }

    /// <summary>The first day (UTC); null for no limit.</summary>
    public DateOnly? From { get; init; }

    /// <summary>The last day (UTC), which is included; null for no limit.</summary>
    public DateOnly? To { get; init; }

    /// <summary>Only renders with this tag; null for all.</summary>
    public string? Tag { get; init; }

    /// <summary>The currency of all amounts.</summary>
    public Currency Currency { get; init; } = Currency.Usd;

    /// <summary>Which costs are included.</summary>
    public CostBasis Basis { get; init; } = CostBasis.Loaded;
}

/// <summary>What the reports of a grouped report are of.</summary>
public enum ReportGrouping
{
    /// <summary>One report a run.</summary>
    Run,

    /// <summary>One report a day (UTC).</summary>
    Day,

    /// <summary>One report a set of tags: a render with two tags counts once, under both together.</summary>
    Tags,

    /// <summary>One report a precision of denoising; what belongs to a lease and to no render has none.</summary>
    Precision,

    /// <summary>One report a campaign: the tag that begins with <c>campaign:</c>; what has no such tag has none.</summary>
    Campaign,

    /// <summary>One report a tenant: the tag that begins with <c>tenant:</c>; what has no such tag has none.</summary>
    Tenant,

    /// <summary>One report a language model, such as <c>openai/gpt-4o-mini</c>; what is of none is told under its resource.</summary>
    Model,

    /// <summary>
    /// One report an outcome of attempts that delivered nothing, one for lost time of leases, and one, <c>useful</c>, for the rest: attempts that
    /// delivered or have not ended, and usage of no attempt. Usage without a price is told with the rest.
    /// </summary>
    Outcome,
}
