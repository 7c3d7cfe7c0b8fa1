using Farthing.Ledger.Storage;

namespace Farthing.Ledger.Alarms;

/// <summary>
/// Messages that are sent at least once, each by one process at a time. A claim is a row with the next number of its message, taken in the ledger's
/// one write transaction; when its lease is over without a result, whoever comes takes the next. A late result counts as what it is: a delivery ends
/// the message, a failure of a number that is no more the last changes nothing.
/// </summary>
/// <param name="store">The ledger.</param>
/// <param name="owner">Who claims, for people.</param>
/// <param name="time">The clock; processes of one ledger must agree on it to within the lease.</param>
public sealed class Outbox(LedgerStore store, string owner, TimeProvider time)
{
    /// <summary>So many dead messages are told of, the latest.</summary>
    public const int MostDead = 50;

    // What is over stays over, so nobody looks at it again.
    private long _over;

    /// <summary>What is not delivered yet, in its order, and the latest of what is dead.</summary>
    /// <exception cref="LedgerException">The ledger can't be read.</exception>
    public IReadOnlyList<OutboxMessage> Undelivered()
    {
        var now = time.GetUtcNow();
        return store.Read(transaction => (IReadOnlyList<OutboxMessage>)
        [
            .. OutboxRows.Dead(transaction, MostDead),
            .. OutboxRows.Open(transaction, 0).Select(open => OutboxRows.Message(transaction, open, now)),
        ]);
    }

    /// <summary>Takes the first message that is due.</summary>
    /// <param name="lease">How long nobody else may take it.</param>
    /// <param name="tries">After so many it is dead.</param>
    /// <returns>Null where none is due.</returns>
    /// <exception cref="LedgerException">The ledger can't be written.</exception>
    public OutboxClaim? Claim(TimeSpan lease, int tries)
    {
        var now = time.GetUtcNow();
        if (!IsAnyDue(now))
        {
            return null;
        }

        return store.Write(transaction =>
        {
            foreach (var open in OutboxRows.Open(transaction, _over).Where(open => open.IsDue(now)))
            {
                if (open.IsAbandoned && open.Tries >= tries)
                {
                    // Its last sender died with it, or is late: its number stays free for what it may still say, and a claim that sends nothing ends the message.
                    OutboxRows.Claim(transaction, open.Number, open.Tries + 1, owner, now, now);
                    OutboxRows.Finish(transaction, open.Number, open.Tries + 1, now, new OutboxResult(0, "no result came before the lease of the last try was over"));
                    continue;
                }

                OutboxRows.Claim(transaction, open.Number, open.Tries + 1, owner, now, now + lease);
                return OutboxRows.Claimed(transaction, open);
            }

            return null;
        });
    }

    /// <summary>Writes down what a try came to.</summary>
    /// <exception cref="LedgerException">The ledger can't be written.</exception>
    public void Finish(OutboxClaim claim, OutboxResult result)
    {
        ArgumentNullException.ThrowIfNull(claim);
        ArgumentNullException.ThrowIfNull(result);
        store.Write(transaction => OutboxRows.Finish(transaction, claim.Message, claim.Try, time.GetUtcNow(), result));
    }

    private bool IsAnyDue(DateTimeOffset now) => store.Read(transaction =>
    {
        var last = OutboxRows.Last(transaction);
        var open = OutboxRows.Open(transaction, _over).ToList();
        _over = open.Count == 0 ? last : open[0].Number - 1;
        return open.Exists(each => each.IsDue(now));
    });
}
