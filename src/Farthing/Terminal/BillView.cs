using Farthing.Ledger.Reports;
using Farthing.Rendering.Jobs;
using Farthing.Rendering.Manifests;

namespace Farthing.Terminal;

/// <summary>The end of a run: the stage table, what failed and why, and where the pictures are.</summary>
internal static class BillView
{
    /// <summary>Prints the table, or the report's JSON alone, to the result; the rest are notes.</summary>
    public static void Print(Screen screen, StageReport report, RenderSummary summary, string outputFolder, bool json)
    {
        if (json)
        {
            screen.Write(ReportJson.Write(report));
        }
        else
        {
            screen.Write("");
            screen.Result.Write(StageTableView.Draw(report, screen.Result.Profile.Width));
            screen.Write("");
            screen.Write(ReportNotes.Basis(report));
            SavingsView.Print(screen, report);
        }

        // Where the result is JSON, all that is said goes to the person.
        Action<string> say = json ? screen.Note : screen.Write;
        foreach (string alarm in ReportNotes.Unpriced(report))
        {
            say(alarm);
        }

        foreach (string note in summary.Notes)
        {
            say(note);
        }

        if (summary.Failures.Count > 0)
        {
            say($"{summary.Failures.Count} of {summary.Total} rows gave no picture:");
            foreach (RowError failure in summary.Failures)
            {
                say($"  {failure}");
            }
        }

        if (summary.AlreadyDelivered > 0)
        {
            say($"Delivered before and kept: {summary.AlreadyDelivered} (--resume false renders them anew).");
        }

        int delivered = summary.Delivered + summary.AlreadyDelivered;
        say($"{delivered} {(delivered == 1 ? "picture" : "pictures")} in {outputFolder} (run {summary.RunId})");
        if (summary.Cancelled)
        {
            screen.Note("Cancelled. The same command again goes on where it stopped.");
        }
    }
}
