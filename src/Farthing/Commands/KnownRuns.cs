using Farthing.Ledger.Storage;

namespace Farthing.Commands;

/// <summary>Finds the run that a report is of.</summary>
internal static class KnownRuns
{
    /// <summary>The run itself, or the latest one for <c>last</c>.</summary>
    /// <exception cref="UsageException">There is no such run.</exception>
    public static string Find(LedgerStore file, string run)
    {
        if (run != ReportLine.LastRun)
        {
            return file.Read(transaction => transaction.Scalar<bool>(
                "SELECT EXISTS (SELECT 1 FROM leases WHERE run_id = @run) OR EXISTS (SELECT 1 FROM attempts WHERE run_id = @run) OR EXISTS (SELECT 1 FROM charges WHERE run_id = @run)",
                new { run }))
                ? run
                : throw new UsageException($"There is no run '{run}' in the ledger. `farthing report --by run` lists them.");
        }

        return file.Read(transaction => transaction.Scalar<string?>(
                "SELECT run_id FROM (SELECT run_id, started_at FROM leases UNION ALL SELECT run_id, started_at FROM attempts) AS runs ORDER BY started_at DESC LIMIT 1"))
            ?? throw new UsageException("The ledger has no runs yet. Render something first.");
    }
}
