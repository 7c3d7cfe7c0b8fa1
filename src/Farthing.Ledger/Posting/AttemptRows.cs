using Farthing.Ledger.Chain;
using Farthing.Ledger.Rollups;
using Farthing.Ledger.Storage;

namespace Farthing.Ledger.Posting;

/// <summary>The rows of started attempts.</summary>
internal static class AttemptRows
{
    private static readonly PreparedSql Start = new("SELECT started_at, tags, precision FROM attempts WHERE run_id = $1 AND render_id = $2 AND attempt = $3");

    /// <summary>Adds a row; false when the attempt is there already.</summary>
    public static bool Insert(
        LedgerTransaction transaction, AttemptKey key, string? leaseId, TagSet tags, DateTimeOffset at, RenderForm? form)
    {
        var started = EventTime.ToMicroseconds(at);
        var isNew = transaction.Insert(
            LedgerTables.Attempts,
            key.RunId,
            key.RenderId,
            (long)key.Number,
            leaseId,
            tags.Text,
            started,
            form?.Precision ?? "",
            form?.Model,
            (long?)form?.Width,
            (long?)form?.Height,
            (long?)form?.Steps,
            (long?)form?.GuidancePasses,
            form is { IsForced: true } ? 1L : 0L) is not null;
        if (isNew)
        {
            transaction.Rollups.Add(new AttemptCell(EventTime.DayOf(started), key.RunId, tags.Text, form?.Precision ?? "", ""), 1);
        }

        return isNew;
    }

    /// <summary>Adds an outcome; false when the attempt has one already.</summary>
    /// <exception cref="LedgerException">The attempt was never started.</exception>
    public static bool Insert(LedgerTransaction transaction, AttemptKey key, string outcome, string reason, DateTimeOffset at)
    {
        var ended = EventTime.ToMicroseconds(at);
        if (FindStart(transaction, key) is not { } start)
        {
            throw new LedgerException(
                LedgerFault.Unknown,
                $"Attempt {key.Number} of the render '{key.RenderId}' in the run '{key.RunId}' was never started, so it can't end. Record its start first.");
        }

        if (transaction.Insert(LedgerTables.AttemptOutcomes, key.RunId, key.RenderId, (long)key.Number, outcome, reason, ended) is null)
        {
            return false;
        }

        var cell = new AttemptCell(EventTime.DayOf(start.At), key.RunId, start.Tags, start.Precision, "");
        transaction.Rollups.Add(cell, -1);
        transaction.Rollups.Add(cell with { Day = EventTime.DayOf(ended), Outcome = outcome }, 1);
        if (outcome == "delivered")
        {
            transaction.Rollups.Deliver(key);
        }

        return true;
    }

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

    /// <summary>The tags of those of some attempts that were started.</summary>
    public static Dictionary<AttemptKey, TagSet> Tags(LedgerTransaction transaction, IReadOnlyCollection<AttemptKey> keys)
    {
        var found = new Dictionary<AttemptKey, TagSet>(keys.Count);
        if (transaction.IsSqlite)
        {
            foreach (var key in keys)
            {
                if (FindStart(transaction, key) is { } start)
                {
                    found[key] = TagSet.Parse(start.Tags);
                }
            }

            return found;
        }

        // A round trip is what a server's answer costs.
        using var command = transaction.CreateCommand();
        command.CommandText = "SELECT a.run_id, a.render_id, a.attempt, a.tags FROM unnest(@runs, @renders, @attempts) AS w (run_id, render_id, attempt) JOIN attempts AS a USING (run_id, render_id, attempt)";
        command.Add("@runs", keys.Select(static key => key.RunId).ToArray());
        command.Add("@renders", keys.Select(static key => key.RenderId).ToArray());
        command.Add("@attempts", keys.Select(static key => (long)key.Number).ToArray());
        using var row = command.ExecuteReader();
        while (row.Read())
        {
            found[new AttemptKey(row.GetString(0), row.GetString(1), (int)row.GetInt64(2))] = TagSet.Parse(row.GetString(3));
        }

        return found;
    }

    private static (long At, string Tags, string Precision)? FindStart(LedgerTransaction transaction, AttemptKey key) =>
        transaction.First(Start, key.RunId, key.RenderId, (long)key.Number) is [long at, string tags, string precision] ? (at, tags, precision) : null;

    private sealed record Row(
        string? Lease, string Tags, string Precision, string? Model, long? Width, long? Height, long? Steps, long? Passes, long Forced)
    {
        public RenderForm? Form() => Model is null
            ? null
            : new RenderForm(Model, Precision, (int)Width!, (int)Height!, (int)Steps!, (int)Passes!) { IsForced = Forced != 0 };
    }
}
