using Farthing.Ledger.Storage;

namespace Farthing.Rendering.Jobs;

/// <summary>The renders of all runs, in the ledger's file, so that a render's end and its charges are one transaction.</summary>
internal static class JobStore
{
    /// <summary>Makes the table where it is missing.</summary>
    public static void Migrate(LedgerStore file) => file.Migrate(typeof(JobStore).Assembly);

    /// <summary>All renders of a run by render id.</summary>
    public static Dictionary<string, JobRecord> Load(LedgerStore file, string runId) => file.Read(transaction =>
        transaction.Query<Row>(
            "SELECT render_id AS RenderId, state AS State, attempt AS Attempt, object_key AS ObjectKey, reason AS Reason FROM render_jobs WHERE run_id = @runId",
            new { runId }).ToDictionary(
                row => row.RenderId,
                row => new JobRecord(Enum.Parse<JobState>(row.State, ignoreCase: true), (int)row.Attempt, row.ObjectKey, row.Reason)));

    /// <summary>Writes where a render stands.</summary>
    public static void Save(LedgerTransaction transaction, string runId, string renderId, string rowId, JobRecord job) =>
        transaction.Execute(
            """
            INSERT INTO render_jobs (run_id, render_id, row_id, state, attempt, object_key, reason)
            VALUES (@runId, @renderId, @rowId, @State, @Attempt, @ObjectKey, @Reason)
            ON CONFLICT (run_id, render_id) DO UPDATE
            SET state = excluded.state, attempt = excluded.attempt, object_key = excluded.object_key, reason = excluded.reason
            """,
            new { runId, renderId, rowId, State = NameOf(job.State), job.Attempt, job.ObjectKey, job.Reason });

    private static string NameOf(JobState state) => state switch
    {
        JobState.Running => "running",
        JobState.Delivered => "delivered",
        JobState.Failed => "failed",
        _ => "cancelled",
    };

    private sealed record Row(string RenderId, string State, long Attempt, string ObjectKey, string Reason);
}
