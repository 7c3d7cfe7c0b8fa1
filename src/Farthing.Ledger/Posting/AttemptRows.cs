using Dapper;
using Microsoft.Data.Sqlite;

namespace Farthing.Ledger.Posting;

/// <summary>The rows of started attempts.</summary>
internal static class AttemptRows
{
    /// <summary>Adds a row; false when the attempt is there already.</summary>
    public static bool Insert(
        SqliteTransaction transaction, AttemptKey key, string? leaseId, TagSet tags, DateTimeOffset at, RenderForm? form) =>
        transaction.Connection!.Execute(
            """
            INSERT INTO attempts (run_id, render_id, attempt, lease_id, tags, started_at, precision, model, width, height, steps, passes, forced)
            VALUES (@RunId, @RenderId, @Number, @leaseId, @Tags, @At, @Precision, @Model, @Width, @Height, @Steps, @Passes, @Forced)
            ON CONFLICT (run_id, render_id, attempt) DO NOTHING
            """,
            new
            {
                key.RunId,
                key.RenderId,
                key.Number,
                leaseId,
                Tags = tags.Text,
                At = EventTime.ToMicroseconds(at),
                Precision = form?.Precision ?? "",
                form?.Model,
                form?.Width,
                form?.Height,
                form?.Steps,
                Passes = form?.GuidancePasses,
                Forced = form is { IsForced: true } ? 1 : 0,
            },
            transaction) == 1;

    /// <summary>What an attempt was started with.</summary>
    public static (string? Lease, string Tags, RenderForm? Form) Get(SqliteTransaction transaction, AttemptKey key)
    {
        var row = transaction.Connection!.QuerySingle<Row>(
            """
            SELECT lease_id AS Lease, tags AS Tags, precision AS Precision, model AS Model, width AS Width, height AS Height,
                steps AS Steps, passes AS Passes, forced AS Forced
            FROM attempts WHERE run_id = @RunId AND render_id = @RenderId AND attempt = @Number
            """,
            key,
            transaction);
        return (row.Lease, row.Tags, row.Form());
    }

    private sealed record Row(
        string? Lease, string Tags, string Precision, string? Model, long? Width, long? Height, long? Steps, long? Passes, long Forced)
    {
        public RenderForm? Form() => Model is null
            ? null
            : new RenderForm(Model, Precision, (int)Width!, (int)Height!, (int)Steps!, (int)Passes!) { IsForced = Forced != 0 };
    }
}
