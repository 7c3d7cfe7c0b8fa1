using System.CommandLine;

namespace Farthing.Commands;

/// <summary>What can be written after <c>farthing explain</c>.</summary>
internal static class ExplainOptions
{
    public static readonly Option<string?> Before = Text("--before", "RUN|DAY|DAY..DAY", "The period before: a run, a day (UTC), or days from..to, which are included.");
    public static readonly Option<string?> After = Text("--after", "RUN|DAY|DAY..DAY", "The period after.");
    public static readonly Option<string?> Claimed = Text("--claimed", "AMOUNT", "What somebody says a render costs after, such as 0.0008: the way there from the ledger's figure gets a bar of its own.");
    public static readonly Option<string?> Svg = Text("--svg", "FILE", "Also draw it into this file.");
    public static readonly Option<bool> Csv = new("--csv") { Description = "Print CSV, and nothing else, on standard output." };

    public static IReadOnlyList<Option> All { get; } =
        [Before, After, Claimed, ReportOptions.Currency, ReportOptions.Basis, Svg, Csv, SharedOptions.Json, SharedOptions.Data];

    private static Option<string?> Text(string name, string value, string description) =>
        new(name) { HelpName = value, Description = description };
}
