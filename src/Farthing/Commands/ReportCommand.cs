using System.CommandLine;
using Farthing.Gateway.Booking;
using Farthing.Ledger.Reports;
using Farthing.Ledger.Storage;
using Farthing.Terminal;

namespace Farthing.Commands;

/// <summary><c>farthing report</c></summary>
internal static class ReportCommand
{
    /// <summary>Declares the command.</summary>
    public static Command Create(Host host)
    {
        var command = new Command("report", "Prints what renders cost, from the ledger. The rows add up to the total to the last unit.");
        foreach (Option option in ReportOptions.All)
        {
            command.Options.Add(option);
        }

        command.Options.Add(SharedOptions.Data);
        command.Options.Add(SharedOptions.Json);
        command.Validators.Add(line =>
        {
            foreach (string error in ReportLine.Read(line, host.Places).Errors)
            {
                line.AddError(error);
            }
        });
        command.SetAction(line => Print(host, ReportLine.Read(line.CommandResult, host.Places).Line!));
        return command;
    }

    private static int Print(Host host, ReportLine line)
    {
        Screen screen = host.Screen;
        using LedgerStore file = host.Places.Folder(line.Data).OpenExistingLedger();
        ReportQuery query = line.Query.RunId is { } run ? line.Query with { RunId = KnownRuns.Find(file, run) } : line.Query;
        var reports = new CostReports(file) { Providers = AttemptPoster.Providers };
        if (line.Format == ReportFormat.Html)
        {
            screen.Result.Profile.Out.Writer.Write(ReportHtml.Write(reports.Page(query)));
        }
        else if (line.Show != ReportSubject.Costs)
        {
            SheetView.Print(screen, SheetOf(reports, query, line.Show), line.Format);
        }
        else if (line.Grouping is { } grouping)
        {
            Print(screen, reports.Build(query, grouping), line.Format);
        }
        else
        {
            Print(screen, reports.Build(query), line.Format);
        }

        return ExitCodes.Done;
    }

    private static Sheet SheetOf(CostReports reports, ReportQuery query, ReportSubject subject) => subject switch
    {
        ReportSubject.Undelivered => reports.Waste(query).ToSheet(),
        ReportSubject.Devices => reports.Devices(query).ToSheet(),
        _ => reports.Renders(query).ToSheet(),
    };

    private static void Print(Screen screen, StageReport report, ReportFormat format)
    {
        switch (format)
        {
            case ReportFormat.Svg:
                screen.Result.Profile.Out.Writer.Write(ReportSvg.Write(report));
                break;
            case ReportFormat.Csv:
                screen.Result.Profile.Out.Writer.Write(ReportCsv.Write(report));
                break;
            case ReportFormat.Json:
                screen.Write(ReportJson.Write(report));
                break;
            default:
                screen.Result.Write(StageTableView.Draw(report, screen.Result.Profile.Width));
                PrintNotes(screen, report);
                break;
        }
    }

    private static void Print(Screen screen, GroupedReport report, ReportFormat format)
    {
        switch (format)
        {
            case ReportFormat.Svg:
                screen.Result.Profile.Out.Writer.Write(ReportSvg.Write(report));
                break;
            case ReportFormat.Csv:
                screen.Result.Profile.Out.Writer.Write(ReportCsv.Write(report));
                break;
            case ReportFormat.Json:
                screen.Write(ReportJson.Write(report));
                break;
            default:
                screen.Result.Write(GroupTableView.Draw(report));
                PrintNotes(screen, report.Total);
                break;
        }
    }

    private static void PrintNotes(Screen screen, StageReport report)
    {
        screen.Write("");
        screen.Write(ReportNotes.Basis(report));
        SavingsView.Print(screen, report);
        foreach (string alarm in ReportNotes.Unpriced(report))
        {
            screen.Write(alarm);
        }
    }
}
