using Farthing.Ledger.Money;
using Farthing.Ledger.Posting;
using Farthing.Ledger.Prices;

namespace Farthing.Gateway.Booking;

/// <summary>Turns an attempt's tokens into usage facts, one a class that has any.</summary>
/// <param name="book">The prices.</param>
public sealed class TokenCharges(PriceBook book)
{
    /// <summary>The run that the gateway's charges belong to.</summary>
    public const string Run = "gateway";

    private readonly PriceBook _book = book;
    private readonly TokenClasses _classes = new(book);

    // Attempts that follow each other mostly have the same tags.
    private TagSet _last = TagSet.None;

    /// <summary>The facts of an attempt; none for one without tokens.</summary>
    /// <param name="attempt">The attempt.</param>
    /// <param name="at">When it is booked: when it started, or later where the books of that day are closed.</param>
    public IEnumerable<UsageFact> Of(AttemptRecord attempt, DateTimeOffset at)
    {
        ArgumentNullException.ThrowIfNull(attempt);
        var tags = TagsOf(attempt);
        return Classes(attempt, at).Select(line => new UsageFact
        {
            Id = $"llm/{attempt.RequestId}/{attempt.Attempt}/{line.Class}",
            At = at,
            RunId = Run,
            RenderId = Undelivered(attempt)?.RenderId,
            Attempt = attempt.Attempt,
            Stage = Stage.LlmCall,
            Resource = line.Resource,
            Meter = line.Meter,
            Quantity = line.Quantity,
            Tags = tags,
            Estimated = attempt.Estimated,
        });
    }

    /// <summary>
    /// What an attempt that gave its client nothing is known as among those that were billed and not delivered; null for one that answered, which is no
    /// render and needs no name beside its charges' ids.
    /// </summary>
    public static AttemptKey? Undelivered(AttemptRecord attempt)
    {
        ArgumentNullException.ThrowIfNull(attempt);
        return attempt.End == AttemptEnd.Answered ? null : new AttemptKey(Run, attempt.RequestId, attempt.Attempt);
    }

    /// <summary>What a hit avoided, a memo a class of tokens.</summary>
    public IEnumerable<SavingsMemo> Avoided(AttemptRecord attempt, CacheHit hit)
    {
        ArgumentNullException.ThrowIfNull(attempt);
        ArgumentNullException.ThrowIfNull(hit);
        return Classes(attempt, attempt.StartedAt).Select(line => new SavingsMemo
        {
            Id = $"llm/{attempt.RequestId}/{attempt.Attempt}/saved-{line.Class}",
            At = attempt.StartedAt,
            RunId = Run,
            RenderId = attempt.RequestId,
            Attempt = attempt.Attempt,
            Kind = SavingsKind.CaptionCache,
            Stage = Stage.LlmCall,
            Resource = line.Resource,
            Meter = line.Meter,
            Quantity = line.Quantity,
            Tags = TagsOf(attempt),
            Evidence = $"{hit.By} hit: {line.Class}{(line.Class == line.Meter ? "" : " tokens")} of {hit.Of}{(attempt.Estimated ? ", estimated" : "")}",
        });
    }

    /// <summary>What an attempt costs; null when a class of its tokens has no price, which is not 0.</summary>
    public CurrencyAmount? Cost(AttemptRecord attempt)
    {
        ArgumentNullException.ThrowIfNull(attempt);
        var (sum, isWhole) = Priced(attempt, attempt.StartedAt);
        return isWhole ? new CurrencyAmount(sum.Units, Currency.Usd) : null;
    }

    /// <summary>What the classes that have a price cost, and whether all have one.</summary>
    /// <param name="attempt">The attempt.</param>
    /// <param name="at">When it is booked.</param>
    public (Amount Sum, bool IsWhole) Priced(AttemptRecord attempt, DateTimeOffset at)
    {
        ArgumentNullException.ThrowIfNull(attempt);
        var bill = new Bill(_book, at);
        _classes.Walk(attempt, at, ref bill);
        return (bill.Sum, bill.IsWhole);
    }

    private TagSet TagsOf(AttemptRecord attempt)
    {
        var tags = _last;
        if (tags.Text != attempt.Tags)
        {
            _last = tags = TagSet.Parse(attempt.Tags);
        }

        return tags;
    }

    private List<ClassLine> Classes(AttemptRecord attempt, DateTimeOffset at)
    {
        var listing = new Listing([]);
        _classes.Walk(attempt, at, ref listing);
        return listing.Lines;
    }

    private readonly struct Listing(List<ClassLine> lines) : IClassSink
    {
        public List<ClassLine> Lines => lines;

        public void Take(in ClassLine line) => lines.Add(line);
    }

    private struct Bill(PriceBook book, DateTimeOffset at) : IClassSink
    {
        public Amount Sum { get; private set; }

        public bool IsWhole { get; private set; } = true;

        public void Take(in ClassLine line)
        {
            // Each class is rounded by itself, as the ledger posts it, so that both say the same.
            if (book.Find(line.Resource, line.Meter, at) is { } price)
            {
                Sum += price.Price(line.Quantity);
            }
            else
            {
                IsWhole = false;
            }
        }
    }
}
