using System.Globalization;
using Farthing.Ledger.Periods;
using Farthing.Ledger.Posting;
using Farthing.Ledger.Prices;
using Farthing.Ledger.Storage;

namespace Farthing.Ledger.Usage;

/// <summary>
/// One transaction's events, no two of one key, sorted by phase. Steps: 1. what is there already, is ahead of the clock or lies in a
/// closed period, 2. leases and attempts begin, 3. uses, which are posted together, 4. attempts and leases end, 5. the events' own rows.
/// </summary>
/// <remarks>An event is looked at before it is written, so that a refusal leaves nothing behind.</remarks>
internal sealed class UsagePass(LedgerTransaction transaction, Journal journal, PriceBook book, UsageRules rules, DateTimeOffset now)
{
    private readonly List<UsageEvent> _accepted = [];
    private readonly List<UsageFact> _facts = [];
    private readonly UsageUses _uses = new(transaction, journal, book, rules, now);
    private readonly DateTimeOffset _openFrom = PeriodRows.OpenFrom(transaction);
    private long _next;

    /// <summary>What comes first when events come together.</summary>
    public static int Phase(UsageBody body) => body switch
    {
        LeaseOpened => 0,
        AttemptStarted => 1,
        MeteredUse or DeviceUse or BatchUse or SavingNoted => 2,
        AttemptEnded => 3,
        LeaseBeat => 4,
        _ => 5,
    };

    /// <summary>Whether an event says what is stored under its key.</summary>
    public static bool IsSame(UsageEvent one, StoredEvent stored) =>
        stored.Type == one.Type && EventTime.ToMicroseconds(stored.At) == EventTime.ToMicroseconds(one.At) && stored.Content == one.Content;

    /// <summary>Posts them.</summary>
    /// <returns>A result for each.</returns>
    public UsageResult[] Run(IReadOnlyList<UsageEvent> events)
    {
        var known = UsageEventRows.Find(transaction, events);
        _next = UsageEventRows.Next(transaction);
        var results = new UsageResult[events.Count];
        for (var i = 0; i < results.Length; i++)
        {
            var one = events[i];
            if (Phase(one.Body) > 2)
            {
                Flush();
            }

            results[i] = known.TryGetValue((one.Source, one.Id), out var stored)
                ? IsSame(one, stored) ? new UsageResult(UsageStatus.Duplicate) : UsageRefusal.Conflict(one, stored)
                : Untimely(one) ?? Post(one);
            if (results[i].Status == UsageStatus.Accepted)
            {
                _accepted.Add(one);
            }
        }

        Flush();
        UsageEventRows.Insert(transaction, _accepted, now);
        return results;
    }

    private UsageResult? Untimely(UsageEvent one)
    {
        if (one.At > now + rules.MaxSkew)
        {
            return new UsageResult(
                UsageStatus.Refused,
                "in_the_future",
                string.Create(CultureInfo.InvariantCulture, $"Its time {one.At.UtcDateTime:O} is more than {rules.MaxSkew.Ticks / TimeSpan.TicksPerSecond} s ahead of this server's {now.UtcDateTime:O} (usage.max_skew_seconds). Set the clock that wrote it."));
        }

        // What a lease left open is still settled, so that its time stays explained.
        return one.At < _openFrom && one.Body is not (LeaseBeat or LeaseClosed or LeaseLost)
            ? new UsageResult(UsageStatus.Refused, "closed_period", $"It is of {one.At.UtcDateTime:yyyy-MM-dd}, and {PeriodRows.Closed(_openFrom)}")
            : null;
    }

    private UsageResult Post(UsageEvent one)
    {
        var number = _next + _accepted.Count;
        try
        {
            if (_uses.TooLong(one) is { } refused)
            {
                return refused;
            }

            switch (one.Body)
            {
                case MeteredUse or DeviceUse or BatchUse:
                    return _uses.Accept(one, number, _facts);
                case SavingNoted saving:
                    journal.Memos.Record(transaction, [saving.Memo with { Id = UsageUses.IdOf(number, "saved") }]);
                    break;
                case LeaseOpened opened:
                    journal.Leases.Open(transaction, opened.Opened);
                    break;
                case LeaseBeat beat:
                    journal.Leases.Heartbeat(transaction, beat.LeaseId, beat.Elapsed, beat.Idle, Within(_uses.LeaseOf(beat.LeaseId, one), one.At));
                    break;
                case LeaseClosed closed:
                    return Close(one, closed);
                case LeaseLost lost:
                    journal.Leases.Reap(transaction, lost.LeaseId);
                    break;
                case AttemptStarted started:
                    journal.Attempts.Start(transaction, started.Key, started.LeaseId, started.Tags, one.At, started.Form);
                    break;
                case AttemptEnded ended:
                    var outcome = journal.Attempts.End(transaction, ended.Key, ended.Outcome, ended.Reason, one.At);
                    return outcome.IsAccepted ? new UsageResult(UsageStatus.Accepted) : new UsageResult(
                        UsageStatus.Conflict, "ended_already", $"The attempt has ended as {outcome.InForce.ToString().ToLowerInvariant()}; the first outcome holds. What it used is booked all the same.");
                default:
                    throw new InvalidOperationException($"Nobody posts a {one.Body.GetType().Name}.");
            }

            return new UsageResult(UsageStatus.Accepted);
        }
        catch (LedgerException error) when (error.Fault is LedgerFault.Unknown or LedgerFault.Conflict or LedgerFault.Invalid && one.Body is not LeaseLost)
        {
            // Each of these is said before anything is written.
            return UsageRefusal.Of(error, UsageUses.IdOf(number, "saved"), one.Id);
        }
        catch (OverflowException error) when (one.Body is DeviceUse or BatchUse)
        {
            return UsageRefusal.Of(error);
        }
    }

    /// <summary>A lease whose whole time is too dear is refused before its parts are posted.</summary>
    private UsageResult Close(UsageEvent one, LeaseClosed closed)
    {
        var lease = _uses.LeaseOf(closed.LeaseId, one);
        var at = Within(lease, one.At);
        var whole = UsageFact.OnDevice(closed.LeaseId, at, lease, Stage.WarmUp, closed.Elapsed);
        try
        {
            _ = book.Find(whole.Resource, whole.Meter, whole.At) is { } price ? ChargePoster.PriceOf(whole, price) : default;
        }
        catch (LedgerException error) when (error.Fault == LedgerFault.Overflow)
        {
            return UsageRefusal.Of(error);
        }

        journal.Leases.Close(transaction, closed.LeaseId, closed.Elapsed, closed.Idle, at);
        return new UsageResult(UsageStatus.Accepted);
    }

    /// <summary>A lease that began when books were open posts nothing into closed ones, however its clock went.</summary>
    private DateTimeOffset Within(Lease lease, DateTimeOffset at) => at < _openFrom && lease.StartedAt >= _openFrom ? _openFrom : at;

    private void Flush()
    {
        if (_facts.Count > 0 && journal.Post(transaction, AttemptTags.Inherit(transaction, _facts)).Conflicts is [var conflict, ..])
        {
            throw new LedgerException(LedgerFault.Conflict, conflict.ToString());
        }

        _facts.Clear();
    }
}
