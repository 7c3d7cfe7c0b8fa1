using Farthing.Gateway.Budgets;
using Farthing.Ledger.Periods;
using Farthing.Ledger.Posting;
using Farthing.Ledger.Prices;
using Farthing.Ledger.Reports;
using Farthing.Ledger.Storage;

namespace Farthing.Gateway.Booking;

/// <summary>Posts ended attempts: a row of the gateway's and the charges of its tokens, in one transaction. A repeat changes nothing.</summary>
public sealed class AttemptPoster : IDisposable
{
    private readonly Lock _gate = new();
    private readonly LedgerStore _file;
    private readonly LiveJournal _live;

    private AttemptPoster(LedgerStore file, LiveJournal live) => (_file, _live) = (file, live);

    /// <summary>Where reports find the names that the configuration gives the providers.</summary>
    public static ProviderNames Providers { get; } = new(TokenCharges.Run, "gateway_attempts", "request_id", "attempt", "provider");

    /// <summary>Opens the ledger for the gateway, and adds its table where it is missing.</summary>
    /// <exception cref="LedgerException">The file can't be used, or the book has an id for another price than the file.</exception>
    public static AttemptPoster Open(LedgerStore file, PriceBook book) => Open(file, new RecordedPrices(file, () => book));

    /// <summary>Opens the ledger for the gateway with prices that change with what is recorded in it.</summary>
    /// <param name="file">The ledger.</param>
    /// <param name="prices">The prices.</param>
    /// <exception cref="LedgerException">The file can't be used, or the book has an id for another price than the file.</exception>
    public static AttemptPoster Open(LedgerStore file, RecordedPrices prices)
    {
        ArgumentNullException.ThrowIfNull(file);
        file.Migrate(typeof(AttemptPoster).Assembly);
        return new AttemptPoster(file, new LiveJournal(file, prices));
    }

    /// <summary>
    /// Posts attempts, all or none. One of a day whose books are closed is booked at the first open instant, at that day's prices; its
    /// row keeps its real times.
    /// </summary>
    /// <param name="attempts">Ended attempts.</param>
    /// <param name="process">The session whose journal they are from, which holds what budgets gave for them.</param>
    /// <exception cref="LedgerException">The file can't be written; nothing was kept.</exception>
    public PostedAttempts Post(IReadOnlyList<AttemptRecord> attempts, string process)
    {
        // What dead processes left is posted by another thread than what this one's calls leave.
        lock (_gate)
        {
            _live.Refresh();
            return _file.Write(transaction => Post(transaction, attempts, process));
        }
    }

    /// <summary>Gives back what budgets gave to a process whose attempts are all posted.</summary>
    /// <exception cref="LedgerException">The file can't be written; nothing was kept.</exception>
    public void Release(string process) => _file.Write(transaction => BudgetRows.Release(transaction, process));

    /// <summary>Gives back what processes hold of which nothing is left to post.</summary>
    /// <param name="isLeft">Whether a process has files that are still to be posted.</param>
    /// <exception cref="LedgerException">The file can't be written; nothing was kept.</exception>
    public void ReleaseGone(Predicate<string> isLeft) => _file.Write(transaction =>
    {
        foreach (var process in BudgetRows.Holders(transaction).Where(process => !isLeft(process)))
        {
            BudgetRows.Release(transaction, process);
        }
    });

    /// <inheritdoc/>
    public void Dispose() => _live.Dispose();

    private PostedAttempts Post(LedgerTransaction transaction, IReadOnlyList<AttemptRecord> attempts, string process)
    {
        var (added, charges) = (0, new TokenCharges(_live.Book));
        List<UsageFact> facts = [];
        var (spending, hits) = (new BudgetSpending(), new HitPosting(_live.Journal.Memos, charges));
        var open = PeriodClosing.OpenFrom(transaction);
        SortedDictionary<DateOnly, int> closed = [];
        foreach (var attempt in attempts)
        {
            if (attempt.Hit is not null)
            {
                hits.Add(attempt, attempt.Hit);
                continue;
            }

            if (!AttemptInsert.TryAdd(transaction, attempt, process))
            {
                continue;
            }

            added++;
            var at = attempt.StartedAt;
            if (at < open)
            {
                var day = DateOnly.FromDateTime(at.UtcDateTime);
                closed[day] = closed.GetValueOrDefault(day) + 1;
                at = open;
            }

            var before = facts.Count;
            facts.AddRange(charges.Of(attempt, at));
            if (facts.Count > before)
            {
                PostOutcome(transaction, attempt, at);
            }

            if (attempt.Budgets.Length > 0)
            {
                var (cost, isWhole) = charges.Priced(attempt, at);
                spending.Add(attempt.Budgets, cost.Units, isUnpriced: !isWhole);
            }
        }

        hits.Post(transaction);
        spending.Settle(transaction, process);
        var unpriced = _live.Journal.Post(transaction, facts).Unpriced;
        return new PostedAttempts(added, unpriced) { OfClosedDays = [.. closed.Select(static pair => (pair.Key, pair.Value))], BookedAt = open };
    }

    /// <summary>What was billed and gave its client nothing is found by its outcome, as renders' attempts are.</summary>
    private void PostOutcome(LedgerTransaction transaction, AttemptRecord attempt, DateTimeOffset at)
    {
        if (TokenCharges.Undelivered(attempt) is not { } key)
        {
            return;
        }

        var outcome = attempt.End switch
        {
            AttemptEnd.Cancelled => AttemptOutcome.Cancelled,
            AttemptEnd.Lost => AttemptOutcome.Lost,
            _ => AttemptOutcome.Failed,
        };
        var cause = attempt.Fault.Length == 0 && attempt.End == AttemptEnd.Lost ? "its process stopped without ending it" : attempt.Fault;
        var ended = attempt.EndedAt is { } end && end > at ? end : at;
        _live.Journal.Attempts.Start(transaction, key, leaseId: null, TagSet.Parse(attempt.Tags), at);
        _live.Journal.Attempts.End(transaction, key, outcome, cause, ended);
    }
}
