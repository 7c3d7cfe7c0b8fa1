using System.Globalization;
using Farthing.Ledger.Money;
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

    /// <summary>Only renders of this precision; null for all.</summary>
    public string? Precision { get; init; }

    /// <inheritdoc/>
    public override string Limit => $"{Over.ToExactString()} {Over.Currency.Code()}";

    /// <inheritdoc/>
    public override string Kind => "cost-per-render";

    /// <inheritdoc/>
    public override IReadOnlyList<AlarmFinding> Look(AlarmScene scene)
    {
        ArgumentNullException.ThrowIfNull(scene);
        var days = scene.LastDays(Days);
        var query = new ReportQuery { RunId = Run, Tag = Tag, From = days.From, To = days.To, Currency = Over.Currency, Basis = Basis };
        var reports = new CostReports(scene.Ledger);
        var report = Precision is null ? reports.Build(query) : reports.Build(query, ReportGrouping.Precision).Groups.FirstOrDefault(group => group.Key == Precision)?.Report;
        var (total, delivered) = (report?.Total ?? new CurrencyAmount(0, Over.Currency), report?.Attempts.Delivered ?? 0);
        var (unit, limit) = (Over.Currency.Code(), Over.ToExactString());
        var finding = delivered < MinRenders
            ? new AlarmFinding("", false, "", limit, unit, string.Create(CultureInfo.InvariantCulture, $"{delivered:N0} renders were delivered, which is too few to judge their cost."))
            : new AlarmFinding(
                "",
                total.Units > checked(Over.Units * delivered),
                total.DividedBy(delivered)!.Value.ToExactString(),
                limit,
                unit,
                string.Create(CultureInfo.InvariantCulture, $"A delivered render costs {Say(total.DividedBy(delivered)!.Value)} ({delivered:N0} of them, {Say(total)} together); the limit is {Say(Over)}."));
        return
        [
            finding.OfDays(days) with
            {
                Details = [new("total", total.ToExactString()), new("delivered", delivered.ToString(CultureInfo.InvariantCulture)), new("basis", Basis == CostBasis.Loaded ? "loaded" : "marginal")],
            },
        ];
    }

    /// <summary>Every place that is not 0: rounded, a cost could look like the limit that it passes.</summary>
    private static string Say(CurrencyAmount amount) => amount.Currency.Symbol() + amount.ToExactString().TrimEnd('0').TrimEnd('.');
}
