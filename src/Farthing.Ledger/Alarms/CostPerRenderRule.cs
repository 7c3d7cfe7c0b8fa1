using System.Globalization;
using Farthing.Ledger.Money;
using Farthing.Ledger.Posting;
using Farthing.Ledger.Reports;

namespace Farthing.Ledger.Alarms;

/// <summary>A delivered render costs more than an amount. It is the figure that <c>farthing report</c> gives for the same scope, unrounded.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Over">The most that a render may cost.</param>
public sealed record CostPerRenderRule(string Name, CurrencyAmount Over) : AlarmRule(Name)
{
    /// <summary>The last so many days (UTC), today included, 1 to 366. Default 1.</summary>
    public int Days { get; init; } = 1;

    /// <summary>With fewer delivered renders than this nothing is judged, 1 to 1,000,000,000. Default 1.</summary>
    public int MinRenders { get; init; } = 1;

    /// <summary>Which costs are included. Default loaded.</summary>
    public CostBasis Basis { get; init; } = CostBasis.Loaded;

    /// <summary>Only this run; null for all.</summary>
    public string? Run { get; init; }

    /// <summary>Only renders with this tag; null for all.</summary>
    public string? Tag { get; init; }

    /// <summary>Only renders of this tenant, in the place of a tag; null for all.</summary>
    public string? Tenant { get; init; }

    /// <summary>Only renders of this precision, in the place of a model; null for all.</summary>
    public string? Precision { get; init; }

    /// <summary>Only what this language model cost, such as <c>openai/gpt-4o-mini</c>, or this resource; null for all.</summary>
    public string? Model { get; init; }

    /// <summary>Only what this stage cost; null for all.</summary>
    public Stage? Stage { get; init; }

    /// <inheritdoc/>
    public override string Limit => $"{Over.ToExactString()} {Over.Currency.Code()}";

    /// <inheritdoc/>
    public override string Kind => "cost-per-render";

    /// <inheritdoc/>
    public override IReadOnlyList<AlarmFinding> Look(AlarmScene scene)
    {
        ArgumentNullException.ThrowIfNull(scene);
        var days = scene.LastDays(Days);
        var query = new ReportQuery { RunId = Run, Tag = Tenant is { } tenant ? TenantTag.Of(tenant) : Tag, From = days.From, To = days.To, Currency = Over.Currency, Basis = Basis };
        var (total, delivered) = Cost(new CostReports(scene.Ledger), query);
        var (unit, limit) = (Over.Currency.Code(), Over.ToExactString());
        var finding = delivered < MinRenders
            ? new AlarmFinding("", false, "", limit, unit, string.Create(CultureInfo.InvariantCulture, $"{delivered:N0} renders were delivered, which is too few to judge their cost."))
            : new AlarmFinding(
                "",
                total.Units > checked(Over.Units * delivered),
                total.DividedBy(delivered)!.Value.ToExactString(),
                limit,
                unit,
                string.Create(CultureInfo.InvariantCulture, $"A delivered render costs {Say(total.DividedBy(delivered)!.Value)}{What} ({delivered:N0} of them, {Say(total)} together); the limit is {Say(Over)}."));
        return
        [
            finding.OfDays(days) with
            {
                Details = [new("total", total.ToExactString()), new("delivered", delivered.ToString(CultureInfo.InvariantCulture)), new("basis", Basis == CostBasis.Loaded ? "loaded" : "marginal")],
            },
        ];
    }

    private string What => (Model is null ? "" : $" of {CostQuery.ModelOf(Model)}") + (Stage is { } stage ? $" in {stage.Display()}" : "");

    /// <summary>What is looked at cost together, and how many renders were delivered for it.</summary>
    private (CurrencyAmount Total, long Delivered) Cost(CostReports reports, ReportQuery query)
    {
        if ((Model ?? Precision) is null)
        {
            var all = reports.Build(query);
            return (Of(all), all.Attempts.Delivered);
        }

        var grouped = reports.Build(query, Model is null ? ReportGrouping.Precision : ReportGrouping.Model);
        var key = Model is null ? Precision : CostQuery.ModelOf(Model);
        var chosen = grouped.Groups.FirstOrDefault(group => group.Key == key)?.Report;

        // A precision delivers renders of its own. A model is a part of what each render costs.
        return (Of(chosen), Model is null ? chosen?.Attempts.Delivered ?? 0 : grouped.Total.Attempts.Delivered);
    }

    private CurrencyAmount Of(StageReport? report) =>
        (Stage is { } stage ? report?.Rows.FirstOrDefault(row => row.Stage == stage)?.Amount : report?.Total) ?? new CurrencyAmount(0, Over.Currency);

    /// <summary>Every place that is not 0: rounded, a cost could look like the limit that it passes.</summary>
    private static string Say(CurrencyAmount amount) => amount.Currency.Symbol() + amount.ToExactString().TrimEnd('0').TrimEnd('.');
}
