using Farthing.Ledger.Chain;
using Farthing.Ledger.Posting;
using Farthing.Ledger.Storage;

namespace Farthing.Ledger.Alarms;

/// <summary>A message that is not over.</summary>
/// <param name="Number">Its number.</param>
/// <param name="Tries">How often it was claimed.</param>
/// <param name="LeaseUntil">When the last claim ends, in microseconds; null before the first.</param>
/// <param name="HasResult">Whether the last claim has a result.</param>
/// <param name="NextAt">When that says to try again.</param>
/// <param name="Detail">What it came to.</param>
internal readonly record struct OpenMessage(long Number, int Tries, long? LeaseUntil, bool HasResult, long? NextAt, string Detail)
{
    /// <summary>Whether who claimed it last never said what came of it, if its lease is over.</summary>
    public bool IsAbandoned => Tries > 0 && !HasResult;

    /// <summary>From when on it may be claimed; null at once.</summary>
    public long? DueAt => Tries == 0 ? null : HasResult ? NextAt : LeaseUntil;

    public bool IsDue(DateTimeOffset now) => DueAt is not { } at || at <= EventTime.ToMicroseconds(now);
}

/// <summary>The rows of the outbox. The ledger's write lock makes a read and the write after it one step.</summary>
internal static class OutboxRows
{
    private const string Delivered = "delivered", Failed = "failed", Over = "dead";

    /// <summary>Writes a message.</summary>
    public static void Add(LedgerTransaction transaction, AlarmChange change, string body) => transaction.Insert(
        LedgerTables.Outbox, "msg_" + Guid.CreateVersion7(change.At).ToString("N"), change.Number, EventTime.ToMicroseconds(change.At), body);

    public static long Last(LedgerTransaction transaction) => transaction.Scalar<long>("SELECT coalesce(max(seq), 0) FROM outbox");

    /// <summary>What is not over of the messages after a number, in their order.</summary>
    public static List<OpenMessage> Open(LedgerTransaction transaction, long after)
    {
        using var command = transaction.CreateCommand();
        command.CommandText =
            """
            SELECT o.seq, coalesce(c.number, 0), c.lease_until, CASE WHEN r.message IS NULL THEN 0 ELSE 1 END, r.next_at, coalesce(r.detail, '')
            FROM outbox AS o
            LEFT JOIN outbox_claims AS c ON c.message = o.seq AND c.number = (SELECT max(number) FROM outbox_claims WHERE message = o.seq)
            LEFT JOIN outbox_results AS r ON r.message = c.message AND r.number = c.number
            WHERE o.seq > @after AND NOT EXISTS (SELECT 1 FROM outbox_results AS f WHERE f.message = o.seq AND f.outcome <> 'failed')
            ORDER BY o.seq
            """;
        command.Add("@after", after);
        using var row = command.ExecuteReader();
        List<OpenMessage> open = [];
        while (row.Read())
        {
            open.Add(new OpenMessage(
                row.GetInt64(0), (int)row.GetInt64(1), row.IsDBNull(2) ? null : row.GetInt64(2), Convert.ToInt64(row.GetValue(3), null) != 0, row.IsDBNull(4) ? null : row.GetInt64(4), row.GetString(5)));
        }

        return open;
    }

    public static void Claim(LedgerTransaction transaction, long message, int number, string owner, DateTimeOffset now, DateTimeOffset until)
    {
        if (transaction.Insert(LedgerTables.OutboxClaims, message, (long)number, owner, EventTime.ToMicroseconds(now), EventTime.ToMicroseconds(until)) is null)
        {
            throw new InvalidOperationException("A message was claimed twice under one number, under the ledger's own lock.");
        }
    }

    /// <summary>What a claim of a message is given.</summary>
    public static OutboxClaim Claimed(LedgerTransaction transaction, OpenMessage open)
    {
        var (id, body) = transaction.QuerySingle<(string, string)>("SELECT id, body FROM outbox WHERE seq = @seq", new { seq = open.Number });
        return new OutboxClaim(open.Number, open.Tries + 1, id, body);
    }

    /// <summary>Adds a result; one that is there already stays.</summary>
    public static void Finish(LedgerTransaction transaction, long message, int number, DateTimeOffset now, OutboxResult result) => transaction.Insert(
        LedgerTables.OutboxResults,
        message,
        (long)number,
        EventTime.ToMicroseconds(now),
        result.IsDelivered ? Delivered : result.Next is null ? Over : Failed,
        (long)result.Status,
        result.Detail,
        result.Next is { } next ? EventTime.ToMicroseconds(next) : null);

    public static OutboxMessage Message(LedgerTransaction transaction, OpenMessage open, DateTimeOffset now)
    {
        var (id, alarm, subject, state, at) = transaction.QuerySingle<(string, string, string, string, long)>(
            "SELECT o.id, c.alarm, c.subject, c.state, o.at FROM outbox AS o JOIN alarm_changes AS c ON c.seq = o.change_seq WHERE o.seq = @seq", new { seq = open.Number });
        return new OutboxMessage
        {
            Number = open.Number,
            Id = id,
            Alarm = alarm,
            Subject = subject,
            State = AlarmStates.Parse(state),
            At = EventTime.FromMicroseconds(at),
            Status = open.IsAbandoned && !open.IsDue(now) ? OutboxStatus.Sending : OutboxStatus.Waiting,
            Tries = open.Tries,
            Next = open.DueAt is { } due ? EventTime.FromMicroseconds(due) : null,
            Detail = open.Detail,
        };
    }

    /// <summary>The latest messages that nobody took, in their order.</summary>
    public static IReadOnlyList<OutboxMessage> Dead(LedgerTransaction transaction, int most) =>
    [
        .. transaction.Query<(long Seq, string Id, string Alarm, string Subject, string State, long At, long Tries, string Detail)>(
            """
            SELECT o.seq, o.id, c.alarm, c.subject, c.state, o.at, r.number - CASE WHEN k.lease_until = k.at THEN 1 ELSE 0 END, r.detail
            FROM outbox_results AS r JOIN outbox AS o ON o.seq = r.message JOIN alarm_changes AS c ON c.seq = o.change_seq
            JOIN outbox_claims AS k ON k.message = r.message AND k.number = r.number
            WHERE r.outcome = 'dead' AND NOT EXISTS (SELECT 1 FROM outbox_results AS d WHERE d.message = o.seq AND d.outcome = 'delivered')
            ORDER BY o.seq DESC LIMIT @most
            """,
            new { most }).Reverse().Select(static row => new OutboxMessage
            {
                Number = row.Seq,
                Id = row.Id,
                Alarm = row.Alarm,
                Subject = row.Subject,
                State = AlarmStates.Parse(row.State),
                At = EventTime.FromMicroseconds(row.At),
                Status = OutboxStatus.Dead,
                Tries = (int)row.Tries,
                Detail = row.Detail,
            }),
    ];
}
