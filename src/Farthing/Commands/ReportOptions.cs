using System.CommandLine;

namespace Farthing.Commands;

/// <summary>What can be written after <c>farthing report</c>.</summary>
internal static class ReportOptions
{
    public static readonly Option<string?> Run = Text("--run", "ID|last", "Only this run; last is the latest one.");
    public static readonly Option<string?> From = Text("--from", "DAY", "The first day (UTC), such as 2026-11-01.");
    public static readonly Option<string?> To = Text("--to", "DAY", "The last day (UTC), which is included.");
    public static readonly Option<string?> Tag = Text("--tag", "T", "Only renders with this tag.");
    public static readonly Option<string?> Tenant = Text("--tenant", "NAME", "Only what is of this tenant.");
    public static readonly Option<string?> By = Text("--by", "stage|run|day|tag|campaign|tenant|model|outcome|precision", "What a row is. Default: stage.");
    public static readonly Option<string?> Currency = Text("--currency", "USD|EUR", "Default: USD.");
    public static readonly Option<string?> Basis = Text("--basis", "marginal|loaded", "Whether idle and warm-up are left out or spread over the stages. Default: loaded.");
    public static readonly Option<string?> Show = Text("--show", "costs|undelivered|devices|renders", "Costs by stage; what was billed but not delivered; leased time by device; p50, p95 and max of a render. Default: costs.");
    public static readonly Option<string?> Format = Text("--format", "table|csv|json|svg|html", "html is a page with all of it, to be printed; svg a plot of the costs. Default: table.");

    public static IReadOnlyList<Option> All { get; } = [Run, From, To, Tag, Tenant, By, Show, Currency, Basis, Format];

    private static Option<string?> Text(string name, string value, string description) =>
        new(name) { HelpName = value, Description = description };
}
