using System.Diagnostics.CodeAnalysis;
using Farthing.Ledger.Storage;

namespace Farthing.Ledger.Posting;

/// <summary>Every attempt at a render: a start, then exactly one outcome, neither of them ever changed.</summary>
[SuppressMessage("Performance", "CA1822", Justification = "Callers reach all of it through one journal.")]
public sealed class Attempts
{
    internal Attempts()
    {
    }

    /// <summary>Records a start; the same start again changes nothing.</summary>
    /// <param name="transaction">An open write transaction.</param>
    /// <param name="key">The attempt.</param>
    /// <param name="leaseId">The lease it runs on, so that it is lost with it; null for none.</param>
    /// <param name="tags">The render's tags.</param>
    /// <param name="at">When it started.</param>
    /// <param name="form">What it is drawn with; null where that is not known.</param>
    /// <returns>Whether it is new.</returns>
    /// <exception cref="LedgerException">
    /// The lease is unknown, the form is none, or the attempt was started on another lease, with other tags or in another form.
    /// </exception>
    public bool Start(
        LedgerTransaction transaction, AttemptKey key, string? leaseId, TagSet tags, DateTimeOffset at, RenderForm? form = null)
    {
        ArgumentNullException.ThrowIfNull(transaction);
        ArgumentNullException.ThrowIfNull(key);
        ArgumentNullException.ThrowIfNull(tags);
        if (leaseId is not null)
        {
            _ = LeaseRows.Get(transaction, leaseId);
        }

        if ((form?.Fault() ?? tags.Fault()) is { } fault)
        {
            throw new LedgerException(LedgerFault.Invalid, $"{Name(key)} can't be started: {fault}.");
        }

        if (AttemptRows.Insert(transaction, key, leaseId, tags, at, form))
        {
            return true;
        }

        var stored = AttemptRows.Get(transaction, key);
        return stored == (leaseId, tags.Text, form)
            ? false
            : throw new LedgerException(
                LedgerFault.Conflict,
                $"{Name(key)} is already started on the lease '{stored.Lease}' with the tags '{stored.Tags}' as {Name(stored.Form)}, not on "
                    + $"'{leaseId}' with '{tags}' as {Name(form)}. Give a new try the next attempt number.");
    }

    /// <summary>Records the outcome; the first one holds, and a later one is turned down.</summary>
    /// <param name="transaction">An open write transaction.</param>
    /// <param name="key">The attempt.</param>
    /// <param name="outcome">How it ended.</param>
    /// <param name="reason">Why, for people; empty when there is nothing to say.</param>
    /// <param name="at">When it ended.</param>
    /// <exception cref="LedgerException">The attempt was never started.</exception>
    public OutcomeResult End(LedgerTransaction transaction, AttemptKey key, AttemptOutcome outcome, string reason, DateTimeOffset at)
    {
        ArgumentNullException.ThrowIfNull(transaction);
        ArgumentNullException.ThrowIfNull(key);
        var row = new { key.RunId, key.RenderId, Number = (long)key.Number, Outcome = Code(outcome) };
        var isNew = AttemptRows.Insert(transaction, key, row.Outcome, reason, at);
        var inForce = isNew ? outcome : Parse(transaction.Scalar<string>(
            "SELECT outcome FROM attempt_outcomes WHERE run_id = @RunId AND render_id = @RenderId AND attempt = @Number", row)!);
        return new OutcomeResult(inForce, isNew, inForce == outcome);
    }

    /// <summary>Gives every attempt on a lease that has no outcome yet the outcome lost.</summary>
    internal static void LoseOpen(LedgerTransaction transaction, string leaseId, DateTimeOffset at)
    {
        var open = transaction.Query<(string Run, string Render, long Number)>(
            """
            SELECT run_id, render_id, attempt FROM attempts AS a
            WHERE lease_id = @leaseId AND NOT EXISTS (
                SELECT 1 FROM attempt_outcomes AS o WHERE o.run_id = a.run_id AND o.render_id = a.render_id AND o.attempt = a.attempt)
            """,
            new { leaseId }).ToList();
        foreach (var (run, render, number) in open)
        {
            AttemptRows.Insert(transaction, new AttemptKey(run, render, (int)number), "lost", "its worker stopped without ending it", at);
        }
    }

    internal static AttemptOutcome Parse(string code) => Enum.Parse<AttemptOutcome>(code, ignoreCase: true);

    internal static string Code(AttemptOutcome outcome) => outcome switch
    {
        AttemptOutcome.Delivered => "delivered",
        AttemptOutcome.Failed => "failed",
        AttemptOutcome.Lost => "lost",
        AttemptOutcome.Duplicate => "duplicate",
        AttemptOutcome.Cancelled => "cancelled",
        _ => throw new ArgumentOutOfRangeException(nameof(outcome), outcome, "Unknown outcome."),
    };

    private static string Name(RenderForm? form) => form?.ToString() ?? "an unknown form";

    private static string Name(AttemptKey key) => $"Attempt {key.Number} of the render '{key.RenderId}' in the run '{key.RunId}'";
}
