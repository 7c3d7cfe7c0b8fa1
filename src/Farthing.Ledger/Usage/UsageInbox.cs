using Farthing.Ledger.Posting;
using Farthing.Ledger.Prices;
using Farthing.Ledger.Storage;

namespace Farthing.Ledger.Usage;

/// <summary>
/// The ledger's way in for events from outside. Each is posted whole or not at all, once for ever, and what is wrong with one does not
/// touch the others. Within one call their order does not matter: leases open before they are used and close after.
/// </summary>
/// <remarks>Not safe for threads: one writer posts, so that many senders share one commit.</remarks>
public sealed class UsageInbox : IDisposable
{
    // A clock that is set back is kept where it was, so that no event of just now is of the future. One that had jumped ahead comes back from farther.
    private static readonly TimeSpan MostBack = TimeSpan.FromDays(1);

    // Where nothing at all can be written, it is no event's fault.
    private const int MostRejected = 16;

    private readonly LedgerStore _store;
    private readonly LiveJournal _live;
    private readonly UsageRules _rules;

    private UsageInbox(LedgerStore store, RecordedPrices prices, UsageRules rules)
    {
        (_store, _rules) = (store, rules);
        LastReceived = store.Read(UsageEventRows.LastReceived);
        _live = new LiveJournal(store, prices);
    }

    /// <summary>The prices that are posted by.</summary>
    public PriceBook Prices => _live.Book;

    /// <summary>When the last event came. The clock of what is posted does not go back behind it, unless by so much that it was the later reading that was wrong.</summary>
    public DateTimeOffset LastReceived { get; private set; }

    /// <summary>Opens a ledger for events.</summary>
    /// <exception cref="LedgerException">The store can't be used, or the book has an id for another price than the store.</exception>
    public static UsageInbox Open(LedgerStore store, PriceBook book, UsageRules rules) => Open(store, new RecordedPrices(store, () => book), rules);

    /// <summary>Opens a ledger for events whose prices change with what is recorded.</summary>
    /// <param name="store">The ledger.</param>
    /// <param name="prices">The prices.</param>
    /// <param name="rules">What events may do.</param>
    /// <exception cref="LedgerException">The store can't be used, or the book has an id for another price than the store.</exception>
    public static UsageInbox Open(LedgerStore store, RecordedPrices prices, UsageRules rules)
    {
        ArgumentNullException.ThrowIfNull(store);
        ArgumentNullException.ThrowIfNull(prices);
        return new UsageInbox(store, prices, rules);
    }

    /// <summary>Posts events; when it returns, what it says is accepted is on the disk.</summary>
    /// <param name="events">In any order; a key may come more than once.</param>
    /// <param name="now">The clock.</param>
    /// <returns>A result for each, in their order.</returns>
    /// <exception cref="LedgerException">The store can't be written. Whether it was is not known: post them again.</exception>
    public IReadOnlyList<UsageResult> Post(IReadOnlyList<UsageEvent> events, DateTimeOffset now)
    {
        ArgumentNullException.ThrowIfNull(events);
        LastReceived = now > LastReceived || LastReceived - now > MostBack ? now : LastReceived;
        _live.Refresh();
        var results = new UsageResult?[events.Count];
        var open = Enumerable.Range(0, events.Count).OrderBy(place => UsagePass.Phase(events[place].Body)).ToList();
        var rejected = new Rejected();
        while (open.Count > 0)
        {
            // Of one key the first is posted; the others are held against it. Where it was refused, another one may still be good.
            List<int> first = [.. open.DistinctBy(place => (events[place].Source, events[place].Id))];
            Post(events, first, results, rejected);
            var byKey = first.ToDictionary(place => (events[place].Source, events[place].Id));
            open = [.. open.Where(place => results[place] is null && !Follows(events, place, byKey[(events[place].Source, events[place].Id)], results))];
        }

        if (rejected is { IsUsable: false, First: { } error })
        {
            throw error;
        }

        return results!;
    }

    /// <summary>Settles leases of which nothing was heard for long by their last heartbeat.</summary>
    /// <param name="since">Leases of which an event came since are left alone.</param>
    /// <returns>The leases that were settled.</returns>
    /// <exception cref="LedgerException">The store can't be written.</exception>
    public IReadOnlyList<string> ReapSilent(DateTimeOffset since)
    {
        _live.Refresh();
        var silent = _store.Read(transaction => UsageEventRows.SilentLeases(transaction, since));
        return silent.Count == 0 ? [] : _store.Write(transaction =>
            (IReadOnlyList<string>)[.. UsageEventRows.SilentLeases(transaction, since).Where(lease => _live.Journal.Leases.Reap(transaction, lease))]);
    }

    /// <summary>Lets the prepared statements go. The store stays open.</summary>
    public void Dispose() => _live.Dispose();

    /// <summary>Posts in one transaction. Where the ledger refuses an event only when it is at it, the transaction is undone and the event found by halving.</summary>
    /// <remarks>
    /// What a database refuses for a reason that nobody here knows is an event's own fault where others can be written; where none can, it is the database's.
    /// </remarks>
    private void Post(IReadOnlyList<UsageEvent> events, List<int> places, UsageResult?[] results, Rejected rejected)
    {
        try
        {
            var posted = _store.Write(transaction =>
                new UsagePass(transaction, _live.Journal, Prices, _rules, LastReceived).Run([.. places.Select(place => events[place])]));
            for (var i = 0; i < posted.Length; i++)
            {
                results[places[i]] = posted[i];
            }

            // A duplicate is as good: its answer was lost, and the batch is sent again as it was.
            rejected.IsUsable |= posted.Any(static result => result.Status is UsageStatus.Accepted or UsageStatus.Duplicate);
        }
        catch (Exception error) when (error is OverflowException or LedgerException { Fault: LedgerFault.Conflict or LedgerFault.Unknown or LedgerFault.Invalid or LedgerFault.Overflow or LedgerFault.NoRate or LedgerFault.Closed or LedgerFault.Rejected })
        {
            rejected.Add(places.Count == 1 ? error : null);
            if (places is [var place])
            {
                results[place] = UsageRefusal.Of(error);
                return;
            }

            Post(events, places[..(places.Count / 2)], results, rejected);
            Post(events, places[(places.Count / 2)..], results, rejected);
        }
    }

    /// <summary>Gives an event the result that follows from the first one of its key; false when it has to be posted itself.</summary>
    private static bool Follows(IReadOnlyList<UsageEvent> events, int place, int first, UsageResult?[] results)
    {
        var (one, other, done) = (events[place], events[first], results[first]!);
        var isSame = UsagePass.IsSame(one, new StoredEvent(other.Type, other.At, other.Content, other.Client));
        if (done.Status is UsageStatus.Accepted or UsageStatus.Duplicate)
        {
            results[place] = isSame ? new UsageResult(UsageStatus.Duplicate) : UsageRefusal.Conflict(one, new StoredEvent(other.Type, other.At, other.Content, other.Client));
        }
        else if (isSame)
        {
            results[place] = done;
        }

        return results[place] is not null;
    }

    /// <summary>What was refused event by event for a reason that is not known, and whether anything beside it is in the ledger.</summary>
    private sealed class Rejected
    {
        private int _count;

        public bool IsUsable { get; set; }

        public LedgerException? First { get; private set; }

        public void Add(Exception? error)
        {
            if (error is not LedgerException { Fault: LedgerFault.Rejected } unknown)
            {
                return;
            }

            First ??= unknown;
            if (++_count >= MostRejected && !IsUsable)
            {
                throw First;
            }
        }
    }
}
