using System.CommandLine.Parsing;
using Farthing.Ledger.Money;
using Farthing.Ledger.Posting;
using Farthing.Ledger.Reports;

namespace Farthing.Commands;

/// <summary>How a report is written.</summary>
internal enum ReportFormat
{
    /// <summary>For people.</summary>
    Table,

    /// <summary>RFC 4180.</summary>
    Csv,

    /// <summary>One JSON object.</summary>
    Json,

    /// <summary>A plot.</summary>
    Svg,

    /// <summary>A page to be printed.</summary>
    Html,
}

/// <summary>What a report is about.</summary>
internal enum ReportSubject
{
    /// <summary>Costs by stage or group.</summary>
    Costs,

    /// <summary>What was billed but not delivered.</summary>
    Undelivered,

    /// <summary>Leased time by device.</summary>
    Devices,

    /// <summary>Delivered renders, one by one.</summary>
    Renders,
}

/// <summary>What a command line asks <c>farthing report</c> for.</summary>
internal sealed record ReportLine
{
    /// <summary>The run that <c>--run last</c> means.</summary>
    public const string LastRun = "last";

    /// <summary>What is covered; its run may still be <see cref="LastRun"/>.</summary>
    public required ReportQuery Query { get; init; }

    /// <summary>What a row is; null for a stage.</summary>
    public required ReportGrouping? Grouping { get; init; }

    /// <summary>What it is about.</summary>
    public required ReportSubject Show { get; init; }

    /// <summary>How it is written.</summary>
    public required ReportFormat Format { get; init; }

    /// <summary>The data folder.</summary>
    public required string Data { get; init; }

    /// <summary>Reads a command line; null, and every error, where it can't be followed.</summary>
    public static (ReportLine? Line, IReadOnlyList<string> Errors) Read(SymbolResult line, Places places)
    {
        var options = new OptionReader(line);
        DateOnly? from = options.Day(ReportOptions.From);
        DateOnly? to = options.Day(ReportOptions.To);
        if (from > to)
        {
            options.Refuse("--from is after --to. Swap them.");
        }

        bool json = line.GetValue(SharedOptions.Json);
        ReportFormat format = options.Choice(
            ReportOptions.Format,
            json ? ReportFormat.Json : ReportFormat.Table,
            ("table", ReportFormat.Table),
            ("csv", ReportFormat.Csv),
            ("json", ReportFormat.Json),
            ("svg", ReportFormat.Svg),
            ("html", ReportFormat.Html));
        if (json && format != ReportFormat.Json)
        {
            options.Refuse("--json and --format contradict each other. Leave one out.");
        }

        ReportSubject show = options.Choice(
            ReportOptions.Show,
            ReportSubject.Costs,
            ("costs", ReportSubject.Costs),
            ("undelivered", ReportSubject.Undelivered),
            ("devices", ReportSubject.Devices),
            ("renders", ReportSubject.Renders));
        if (show != ReportSubject.Costs && format is ReportFormat.Svg or ReportFormat.Html)
        {
            options.Refuse("--format svg and html are of the costs; the page of --format html has the rest too. Leave --show out.");
        }

        if (options.Text(ReportOptions.By) is not null && (show != ReportSubject.Costs || format == ReportFormat.Html))
        {
            options.Refuse("--by is for the costs in a table, CSV, JSON or SVG. Leave it out.");
        }

        var read = new ReportLine
        {
            Query = new ReportQuery
            {
                RunId = options.Filled(ReportOptions.Run),
                From = from,
                To = to,
                Tag = Tag(options),
                Currency = options.Choice(ReportOptions.Currency, Currency.Usd, ("USD", Currency.Usd), ("EUR", Currency.Eur)),
                Basis = options.Choice(ReportOptions.Basis, CostBasis.Loaded, ("marginal", CostBasis.Marginal), ("loaded", CostBasis.Loaded)),
            },
            Grouping = options.Choice<ReportGrouping?>(
                ReportOptions.By,
                null,
                ("stage", null),
                ("run", ReportGrouping.Run),
                ("day", ReportGrouping.Day),
                ("tag", ReportGrouping.Tags),
                ("precision", ReportGrouping.Precision),
                ("campaign", ReportGrouping.Campaign),
                ("tenant", ReportGrouping.Tenant),
                ("model", ReportGrouping.Model),
                ("outcome", ReportGrouping.Outcome)),
            Show = show,
            Format = format,
            Data = options.Filled(SharedOptions.Data) is { } folder ? places.Full(folder) : places.Data(),
        };
        return options.Errors.Count == 0 ? (read, []) : (null, options.Errors);
    }

    /// <summary>A tenant is a tag too.</summary>
    private static string? Tag(OptionReader options)
    {
        string? tag = options.Filled(ReportOptions.Tag);
        if (options.Filled(ReportOptions.Tenant) is not { } tenant)
        {
            return tag;
        }

        if (tag is not null)
        {
            options.Refuse("--tag and --tenant can't be written together. Leave one out.");
        }

        try
        {
            return TenantTag.Of(tenant);
        }
        catch (FormatException error)
        {
            options.Refuse($"--tenant: {error.Message}");
            return null;
        }
    }
}
