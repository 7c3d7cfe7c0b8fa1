using System.CommandLine.Parsing;
using System.Globalization;
using Farthing.Ledger.Money;
using Farthing.Ledger.Reports;

namespace Farthing.Commands;

/// <summary>What a command line asks <c>farthing explain</c> for.</summary>
internal sealed record ExplainLine
{
    // A run whose id reads like days is written run:ID.
    private const string RunPrefix = "run:";

    /// <summary>The period before; its run may still be <see cref="ReportLine.LastRun"/>.</summary>
    public required ReportQuery Before { get; init; }

    /// <summary>The period after; its run may still be <see cref="ReportLine.LastRun"/>.</summary>
    public required ReportQuery After { get; init; }

    /// <summary>A figure that somebody states; null for none.</summary>
    public required Amount? Claimed { get; init; }

    /// <summary>Where to draw it; null for nowhere.</summary>
    public required string? Svg { get; init; }

    /// <summary>How it is written.</summary>
    public required ReportFormat Format { get; init; }

    /// <summary>The data folder.</summary>
    public required string Data { get; init; }

    /// <summary>Reads a command line; null, and every error, where it can't be followed.</summary>
    public static (ExplainLine? Line, IReadOnlyList<string> Errors) Read(SymbolResult line, Places places)
    {
        var options = new OptionReader(line);
        var scope = new ReportQuery
        {
            Currency = options.Choice(ReportOptions.Currency, Currency.Usd, ("USD", Currency.Usd), ("EUR", Currency.Eur)),
            Basis = options.Choice(ReportOptions.Basis, CostBasis.Loaded, ("marginal", CostBasis.Marginal), ("loaded", CostBasis.Loaded)),
        };
        bool json = line.GetValue(SharedOptions.Json);
        bool csv = line.GetValue(ExplainOptions.Csv);
        if (json && csv)
        {
            options.Refuse("--json and --csv contradict each other. Leave one out.");
        }

        var read = new ExplainLine
        {
            Before = Period(options, "--before", options.Filled(ExplainOptions.Before), scope),
            After = Period(options, "--after", options.Filled(ExplainOptions.After), scope),
            Claimed = Claim(options),
            Svg = options.Filled(ExplainOptions.Svg) is { } file ? places.Full(file) : null,
            Format = json ? ReportFormat.Json : csv ? ReportFormat.Csv : ReportFormat.Table,
            Data = options.Filled(SharedOptions.Data) is { } folder ? places.Full(folder) : places.Data(),
        };
        return options.Errors.Count == 0 ? (read, []) : (null, options.Errors);
    }

    /// <summary>What a period is called: its run, or its days.</summary>
    public static string Name(ReportQuery query) => query switch
    {
        { RunId: { } run } => run,
        { From: { } from, To: { } to } when from == to => Text(from),
        { From: { } from, To: { } to } => $"{Text(from)}..{Text(to)}",
        _ => "everything",
    };

    private static ReportQuery Period(OptionReader options, string name, string? text, ReportQuery scope)
    {
        if (text is null)
        {
            options.Refuse($"{name} is missing. Write a run, a day such as 2026-11-20, or days such as 2026-11-01..2026-11-20.");
            return scope;
        }

        string[] parts = text.Split("..");
        if (text.StartsWith(RunPrefix, StringComparison.Ordinal) || parts.Length > 2 || !parts.All(part => Day(part) is not null))
        {
            return scope with { RunId = text.StartsWith(RunPrefix, StringComparison.Ordinal) ? text[RunPrefix.Length..] : text };
        }

        ReportQuery days = scope with { From = Day(parts[0]), To = Day(parts[^1]) };
        if (days.From > days.To)
        {
            options.Refuse($"{name} '{text}' ends before it starts. Swap the days.");
        }

        return days;
    }

    private static Amount? Claim(OptionReader options)
    {
        if (options.Filled(ExplainOptions.Claimed) is not { } text)
        {
            return null;
        }

        try
        {
            return Amount.Parse(text);
        }
        catch (Exception e) when (e is FormatException or OverflowException)
        {
            options.Refuse($"--claimed '{text}' is no amount. Write a decimal with up to 12 places, such as 0.0008.");
            return null;
        }
    }

    private static DateOnly? Day(string text) =>
        DateOnly.TryParseExact(text, "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out DateOnly day) && day.Year >= 1970 ? day : null;

    private static string Text(DateOnly day) => day.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture);
}
