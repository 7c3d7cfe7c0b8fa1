using System.Diagnostics.CodeAnalysis;
using Dapper;
using Farthing.Ledger.Storage;
using Microsoft.Data.Sqlite;

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
    /// <returns>Whether it is new.</returns>
    /// <exception cref="LedgerException">The lease is unknown, or the attempt was started on another lease or with other tags.</exception>
    public bool Start(SqliteTransaction transaction, AttemptKey key, string? leaseId, TagSet tags, DateTimeOffset at)
    {
        ArgumentNullException.ThrowIfNull(transaction);
        ArgumentNullException.ThrowIfNull(key);
        ArgumentNullException.ThrowIfNull(tags);
        if (leaseId is not null)
        {
            _ = LeaseRows.Get(transaction, leaseId);
        }

        var row = new { key.RunId, key.RenderId, key.Number, leaseId, Tags = tags.Text, At = EventTime.ToMicroseconds(at) };
        var added = transaction.Connection!.Execute(
            """
            INSERT INTO attempts (run_id, render_id, attempt, lease_id, tags, started_at)
            VALUES (@RunId, @RenderId, @Number, @leaseId, @Tags, @At) ON CONFLICT (run_id, render_id, attempt) DO NOTHING
            """,
            row,
            transaction);
        if (added == 0)
        {
            var stored = transaction.Connection!.QuerySingle<(string? Lease, string Tags)>(
                "SELECT lease_id, tags FROM attempts WHERE run_id = @RunId AND render_id = @RenderId AND attempt = @Number", row, transaction);
            if (stored != (leaseId, tags.Text))
            {
                throw new LedgerException(
                    LedgerFault.Conflict,
                    $"{Name(key)} is already started on the lease '{stored.Lease}' with the tags '{stored.Tags}', not on "
                        + $"'{leaseId}' with '{tags}'. Give a new try the next attempt number.");
            }
        }

        return added == 1;
    }

    /// <summary>Records the outcome; the first one holds, and a later one is turned down.</summary>
    /// <param name="transaction">An open write transaction.</param>
    /// <param name="key">The attempt.</param>
    /// <param name="outcome">How it ended.</param>
    /// <param name="reason">Why, for people; empty when there is nothing to say.</param>
    /// <param name="at">When it ended.</param>
    /// <exception cref="LedgerException">The attempt was never started.</exception>
    public OutcomeResult End(SqliteTransaction transaction, AttemptKey key, AttemptOutcome outcome, string reason, DateTimeOffset at)
    {
        ArgumentNullException.ThrowIfNull(transaction);
        ArgumentNullException.ThrowIfNull(key);
        var row = new { key.RunId, key.RenderId, key.Number, Outcome = Code(outcome), reason, At = EventTime.ToMicroseconds(at) };
        var known = transaction.Connection!.ExecuteScalar<long>(
            "SELECT count(*) FROM attempts WHERE run_id = @RunId AND render_id = @RenderId AND attempt = @Number", row, transaction);
        if (known == 0)
        {
            throw new LedgerException(LedgerFault.Unknown, $"{Name(key)} was never started, so it can't end. Record its start first.");
        }

        var added = transaction.Connection!.Execute(
            """
            INSERT INTO attempt_outcomes (run_id, render_id, attempt, outcome, reason, at)
            VALUES (@RunId, @RenderId, @Number, @Outcome, @reason, @At) ON CONFLICT (run_id, render_id, attempt) DO NOTHING
            """,
            row,
            transaction);
        var inForce = added == 1 ? outcome : Parse(transaction.Connection!.ExecuteScalar<string>(
            "SELECT outcome FROM attempt_outcomes WHERE run_id = @RunId AND render_id = @RenderId AND attempt = @Number", row, transaction)!);
        return new OutcomeResult(inForce, added == 1, inForce == outcome);
    }

    /// <summary>Gives every attempt on a lease that has no outcome yet the outcome lost.</summary>
    internal static void LoseOpen(SqliteTransaction transaction, string leaseId, DateTimeOffset at) => transaction.Connection!.Execute(
        """
        INSERT INTO attempt_outcomes (run_id, render_id, attempt, outcome, reason, at)
        SELECT run_id, render_id, attempt, 'lost', 'its worker stopped without ending it', @At FROM attempts
        WHERE lease_id = @leaseId
        ON CONFLICT (run_id, render_id, attempt) DO NOTHING
        """,
        new { leaseId, At = EventTime.ToMicroseconds(at) },
        transaction);

    internal static AttemptOutcome Parse(string code) => Enum.Parse<AttemptOutcome>(code, ignoreCase: true);

    private static string Code(AttemptOutcome outcome) => outcome switch
    {
        AttemptOutcome.Delivered => "delivered",
        AttemptOutcome.Failed => "failed",
        AttemptOutcome.Lost => "lost",
        AttemptOutcome.Duplicate => "duplicate",
        AttemptOutcome.Cancelled => "cancelled",
        _ => throw new ArgumentOutOfRangeException(nameof(outcome), outcome, "Unknown outcome."),
    };

    private static string Name(AttemptKey key) => $"Attempt {key.Number} of the render '{key.RenderId}' in the run '{key.RunId}'";
}
