using Farthing.Ledger.Chain;
using Farthing.Ledger.Storage;

namespace Farthing.Ledger.Posting;

/// <summary>The rows of started attempts.</summary>
internal static class AttemptRows
{
    /// <summary>Adds a row; false when the attempt is there already.</summary>
    public static bool Insert(
        LedgerTransaction transaction, AttemptKey key, string? leaseId, TagSet tags, DateTimeOffset at, RenderForm? form) =>
        transaction.Insert(
            LedgerTables.Attempts,
            key.RunId,
            key.RenderId,
            (long)key.Number,
            leaseId,
            tags.Text,
            EventTime.ToMicroseconds(at),
            form?.Precision ?? "",
            form?.Model,
            (long?)form?.Width,
            (long?)form?.Height,
            (long?)form?.Steps,
            (long?)form?.GuidancePasses,
            form is { IsForced: true } ? 1L : 0L) is not null;

    /// <summary>Adds an outcome; false when the attempt has one already.</summary>
    public static bool Insert(LedgerTransaction transaction, AttemptKey key, string outcome, string reason, DateTimeOffset at) =>
        transaction.Insert(
            LedgerTables.AttemptOutcomes, key.RunId, key.RenderId, (long)key.Number, outcome, reason, EventTime.ToMicroseconds(at)) is not null;

    /// <summary>What an attempt was started with.</summary>
    public static (string? Lease, string Tags, RenderForm? Form) Get(LedgerTransaction transaction, AttemptKey key)
    {
        var row = transaction.QuerySingle<Row>(
            """
            SELECT lease_id AS Lease, tags AS Tags, precision AS Precision, model AS Model, width AS Width, height AS Height,
                steps AS Steps, passes AS Passes, forced AS Forced
            FROM attempts WHERE run_id = @RunId AND render_id = @RenderId AND attempt = @Number
            """,
            key);
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
