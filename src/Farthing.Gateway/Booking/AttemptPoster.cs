using Farthing.Gateway.Budgets;
using Farthing.Ledger.Periods;
using Farthing.Ledger.Posting;
using Farthing.Ledger.Prices;
using Farthing.Ledger.Storage;

namespace Farthing.Gateway.Booking;

/// <summary>Posts ended attempts: a row of the gateway's and the charges of its tokens, in one transaction. A repeat changes nothing.</summary>
public sealed class AttemptPoster : IDisposable
{
    private readonly LedgerStore _file;
    private readonly Journal _journal;
    private readonly TokenCharges _charges;

    private AttemptPoster(LedgerStore file, Journal journal, TokenCharges charges) => (_file, _journal, _charges) = (file, journal, charges);

    /// <summary>Opens the ledger for the gateway, and adds its table where it is missing.</summary>
    /// <exception cref="LedgerException">The file can't be used, or the book has an id for another price than the file.</exception>
    public static AttemptPoster Open(LedgerStore file, PriceBook book)
    {
        ArgumentNullException.ThrowIfNull(file);
        file.Migrate(typeof(AttemptPoster).Assembly);
        return new AttemptPoster(file, Journal.Open(file, book), new TokenCharges(book));
    }

    /// <summary>
    /// Posts attempts, all or none. One of a day whose books are closed is booked at the first open instant, at that day's prices; its
    /// row keeps its real times.
    /// </summary>
    /// <param name="attempts">Ended attempts.</param>
    /// <param name="process">The session whose journal they are from, which holds what budgets gave for them.</param>
    /// <exception cref="LedgerException">The file can't be written; nothing was kept.</exception>
    public PostedAttempts Post(IReadOnlyList<AttemptRecord> attempts, string process) => _file.Write(transaction =>
    {
        var added = 0;
        List<UsageFact> facts = [];
        using var insert = new AttemptInsert(transaction);
        var open = PeriodClosing.OpenFrom(transaction);
        SortedDictionary<DateOnly, int> closed = [];
        foreach (var attempt in attempts)
        {
            if (attempt.Hit is not null)
            {
                _journal.Memos.Record(transaction, _charges.Avoided(attempt, attempt.Hit));
                continue;
            }

            if (!insert.Add(attempt, process))
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

            facts.AddRange(_charges.Of(attempt, at));
            if (attempt.Budgets.Length > 0)
            {
                var (cost, isWhole) = _charges.Priced(attempt, at);
                BudgetRows.Settle(transaction, attempt.Budgets, process, cost.Units, isUnpriced: !isWhole);
            }
        }

        var unpriced = _journal.Post(transaction, facts).Unpriced;
        return new PostedAttempts(added, unpriced) { OfClosedDays = [.. closed.Select(static pair => (pair.Key, pair.Value))], BookedAt = open };
    });

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
    public void Dispose() => _journal.Dispose();
}
