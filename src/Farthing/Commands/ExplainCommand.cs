using System.CommandLine;
using Farthing.Ledger.Explain;
using Farthing.Ledger.Reports;
using Farthing.Ledger.Storage;
using Farthing.Terminal;

namespace Farthing.Commands;

/// <summary><c>farthing explain</c></summary>
internal static class ExplainCommand
{
    /// <summary>Declares the command.</summary>
    public static Command Create(Host host)
    {
        var command = new Command("explain", "Says why a render costs more or less than before, in bars that sum to the change to the last unit.");
        foreach (Option option in ExplainOptions.All)
        {
            command.Options.Add(option);
        }

        command.Validators.Add(line =>
        {
            foreach (string error in ExplainLine.Read(line, host.Places).Errors)
            {
                line.AddError(error);
            }
        });
        command.SetAction(line => Print(host, ExplainLine.Read(line.CommandResult, host.Places).Line!));
        return command;
    }

    private static int Print(Host host, ExplainLine line)
    {
        Screen screen = host.Screen;
        using LedgerStore file = host.Places.Folder(line.Data).OpenExistingLedger();
        ReportQuery before = Known(file, line.Before);
        ReportQuery after = Known(file, line.After);
        Waterfall waterfall = new Waterfalls(file).Explain((ExplainLine.Name(before), before), (ExplainLine.Name(after), after), line.Claimed);
        if (line.Svg is { } path)
        {
            WriteSvg(path, waterfall);
        }

        switch (line.Format)
        {
            case ReportFormat.Csv:
                screen.Result.Profile.Out.Writer.Write(WaterfallCsv.Write(waterfall));
                break;
            case ReportFormat.Json:
                screen.Write(WaterfallJson.Write(waterfall));
                break;
            default:
                screen.Result.Write(WaterfallView.Draw(waterfall, screen.Result.Profile.Width));
                WaterfallView.Notes(waterfall).ToList().ForEach(screen.Write);
                break;
        }

        return ExitCodes.Done;
    }

    private static ReportQuery Known(LedgerStore file, ReportQuery query) =>
        query.RunId is { } run ? query with { RunId = KnownRuns.Find(file, run) } : query;

    private static void WriteSvg(string path, Waterfall waterfall)
    {
        try
        {
            File.WriteAllText(path, WaterfallSvg.Write(waterfall));
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new OutputFileException($"'{path}' can't be written: {e.Message} Name another file.", e);
        }
    }
}
