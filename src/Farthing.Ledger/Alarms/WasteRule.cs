using System.Globalization;
using Farthing.Ledger.Posting;
using Farthing.Ledger.Reports;

namespace Farthing.Ledger.Alarms;

/// <summary>
/// What was billed and not delivered is more than a share of what renders and lost time cost themselves: the figure of
/// <c>farthing report --show undelivered</c>.
/// </summary>
/// <param name="Name">Its name.</param>
/// <param name="Over">The largest share.</param>
public sealed record WasteRule(string Name, Share Over) : AlarmRule(Name)
{
    /// <summary>The last so many days (UTC), today included, 1 to 366. Default 1.</summary>
    public int Days { get; init; } = 1;

    /// <summary>Only this run; null for all.</summary>
    public string? Run { get; init; }

    /// <summary>Only renders with this tag; null for all.</summary>
    public string? Tag { get; init; }

    /// <summary>Only renders of this tenant, in the place of a tag; null for all.</summary>
    public string? Tenant { get; init; }

    /// <inheritdoc/>
    public override string Limit => $"{Over} %";

    /// <inheritdoc/>
    public override string Kind => "waste";

    /// <inheritdoc/>
    public override IReadOnlyList<AlarmFinding> Look(AlarmScene scene)
    {
        ArgumentNullException.ThrowIfNull(scene);
        var days = scene.LastDays(Days);
        var waste = new CostReports(scene.Ledger).Waste(new ReportQuery { RunId = Run, Tag = Tenant is { } tenant ? TenantTag.Of(tenant) : Tag, From = days.From, To = days.To });
        var percent = Share.Percent(waste.Total.Units, waste.All.Units);
        var first = waste.Rows.Count == 0 ? "" : string.Create(CultureInfo.InvariantCulture, $" The largest part: {waste.Rows[0].Outcome}, {Cause(waste.Rows[0])}, {waste.Rows[0].Amount}.");
        var summary = waste.All.Units <= 0
            ? "Nothing was billed."
            : $"{percent} % of what was billed was not delivered ({waste.Total} of {waste.All}); the limit is {Over} %.{first}";
        return
        [
            new AlarmFinding("", Over.IsPassedBy(waste.Total.Units, waste.All.Units), waste.All.Units <= 0 ? "" : percent, Over.ToString(), "%", summary).OfDays(days) with
            {
                Details =
                [
                    new("wasted_usd", waste.Total.ToExactString()), new("billed_usd", waste.All.ToExactString()),
                    new("attempts", waste.Attempts.ToString(CultureInfo.InvariantCulture)),
                ],
            },
        ];
    }

    private static string Cause(WasteRow row) => row.Cause.Length == 0 ? "of no recorded cause" : row.Cause;
}
