using Farthing.Ledger.Money;
using Farthing.Ledger.Periods;
using Farthing.Ledger.Prices;
using Farthing.Ledger.Storage;

namespace Farthing.Ledger.Posting;

/// <summary>
/// The ledger's way in: usage facts become charges, and charges with a price become transfers between accounts.
/// Nothing is ever changed or removed, and a permanent id makes every repeat harmless.
/// </summary>
/// <remarks>
/// Every method works inside a transaction of <see cref="LedgerStore.Write{T}"/> that the caller opened, so that a
/// job's end and its charges are one change. One journal serves one file; the file's write lock guards it.
/// </remarks>
public sealed class Journal : IDisposable
{
    // So many facts go to the store together; enough for a round trip to weigh little.
    private const int ChunkSize = 2_000;

    private readonly ChargePoster _poster;

    private Journal(ChargePoster poster, Memos memos, Dictionary<long, PriceVersion> prices)
    {
        _poster = poster;
        Memos = memos;
        Leases = new Leases(poster, prices);
    }

    /// <summary>Leases of devices.</summary>
    public Leases Leases { get; }

    /// <summary>Attempts at renders.</summary>
    public Attempts Attempts { get; } = new();

    /// <summary>Memos of what was saved.</summary>
    public Memos Memos { get; }

    /// <summary>Holds facts against what is posted, for who must know before whether they can be.</summary>
    internal ChargePoster Poster => _poster;

    /// <summary>Opens the journal of a file and records what is new in the price book.</summary>
    /// <exception cref="LedgerException">The book uses a recorded id for another price or rate.</exception>
    public static Journal Open(LedgerStore file, PriceBook book)
    {
        ArgumentNullException.ThrowIfNull(file);
        ArgumentNullException.ThrowIfNull(book);
        return file.Write(transaction =>
        {
            var rows = PriceRecords.Record(transaction, book);
            var prices = PriceRecords.Stored(transaction).ToDictionary(static row => row.Seq, static row => row.Price);
            return new Journal(new ChargePoster(book, rows), new Memos(book, rows), prices);
        });
    }

    /// <summary>
    /// Posts facts in the order they come. A conflict leaves the others posted: look at
    /// <see cref="PostSummary.Conflicts"/> and throw to roll back.
    /// </summary>
    /// <exception cref="LedgerException">
    /// A fact is not valid, names an unknown or closed lease, or its amount is beyond 64 bits.
    /// </exception>
    public PostSummary Post(LedgerTransaction transaction, IEnumerable<UsageFact> facts)
    {
        ArgumentNullException.ThrowIfNull(transaction);
        ArgumentNullException.ThrowIfNull(facts);
        _poster.Enter(transaction);
        var leases = new LeaseGuard(transaction, _poster);
        var open = PeriodRows.OpenFrom(transaction);
        var conflicts = new List<PostConflict>();
        var counts = new int[4];
        Int128 sum = 0;
        foreach (var chunk in facts.Chunk(ChunkSize))
        {
            foreach (var fact in chunk)
            {
                leases.Check(fact);
                RefuseClosed(fact, open);
            }

            foreach (var (fact, (outcome, amount)) in chunk.Zip(_poster.Post(chunk)))
            {
                counts[(int)outcome]++;
                sum += amount.Units;
                if (outcome == PostOutcome.Conflict)
                {
                    conflicts.Add(new PostConflict(_poster.Find(fact.Id)!, fact));
                }
                else if (outcome != PostOutcome.Exists)
                {
                    leases.Touch(fact);
                }
            }
        }

        foreach (var (lease, settlement) in leases.Reaped)
        {
            Leases.Resettle(transaction, lease, settlement);
        }

        return new PostSummary
        {
            Posted = counts[(int)PostOutcome.Posted],
            Unpriced = counts[(int)PostOutcome.Unpriced],
            Exists = counts[(int)PostOutcome.Exists],
            Conflicts = conflicts,
            Amount = new CurrencyAmount(sum, Currency.Usd),
        };
    }

    /// <summary>Lets the prepared statements go. The file stays open.</summary>
    public void Dispose()
    {
        _poster.Dispose();
        Memos.Dispose();
    }

    /// <summary>What is there already may come again: it changes nothing.</summary>
    private void RefuseClosed(UsageFact fact, DateTimeOffset open)
    {
        if (fact.At < open && _poster.Find(fact.Id) is null)
        {
            throw new LedgerException(LedgerFault.Closed, $"The usage '{fact.Id}' of {fact.At:yyyy-MM-dd} can't be posted: {PeriodRows.Closed(open)}");
        }
    }
}
