using Farthing.Gateway.Providers;
using Farthing.Gateway.Wire;
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

    private static readonly string MessagesShape = WireShape.Messages.Name();

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
        var bill = new Bill(book, at);
        Walk(attempt, at, ref bill);
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

    /// <summary>Whether the model has a price for each request beside its tokens, and the provider did something for this one.</summary>
    private bool IsChargedFor(AttemptRecord attempt, DateTimeOffset at) => attempt.Tokens.Total > 0 && book.Find(PriceTier.Split(attempt.Resource).Model, Meters.Requests, at) is not null;

    /// <summary>A tool is priced by the model, whatever the service; and by how much it does where the book has a price for that, or none for the model either.</summary>
    private string ResourceOf(ToolUse use, string resource, DateTimeOffset at)
    {
        var (model, _) = PriceTier.Split(resource);
        var tier = PriceTier.Resource(model, use.Tier);
        return book.Find(tier, use.Meter, at) is null && book.Find(model, use.Meter, at) is not null ? model : tier;
    }

    /// <summary>Providers bill reasoning as output unless it has a price of its own.</summary>
    private string ReasoningMeter(string resource, DateTimeOffset at) =>
        book.Find(resource, Meters.ReasoningTokens, at) is null ? Meters.OutputTokens : Meters.ReasoningTokens;

    /// <summary>
    /// OpenAI writes its cache unasked, and bills that as input unless the model has a price of its own for it. Anthropic always bills more
    /// than input, so what has no price there is unpriced.
    /// </summary>
    private string WriteMeter(AttemptRecord attempt, DateTimeOffset at) =>
        attempt.Shape != MessagesShape && attempt.Tokens.CacheWrite > 0 && book.Find(attempt.Resource, Meters.CacheWriteTokens, at) is null
            ? Meters.InputTokens
            : Meters.CacheWriteTokens;

    /// <summary>A model, or one service of it, may have other prices above a size of prompt, of which all that the attempt used is billed.</summary>
    private string TierOf(string resource, in TokenCounts tokens)
    {
        var (model, service) = PriceTier.Split(resource);
        return PriceTier.ForPrompt(book, model, service, tokens.Prompt);
    }

    private List<ClassLine> Classes(AttemptRecord attempt, DateTimeOffset at)
    {
        var listing = new Listing([]);
        Walk(attempt, at, ref listing);
        return listing.Lines;
    }

    /// <summary>Tells a sink each class that an attempt used. What it costs is asked for on a call's path, so that it must not make lists.</summary>
    private void Walk<TSink>(AttemptRecord attempt, DateTimeOffset at, ref TSink sink)
        where TSink : struct, IClassSink
    {
        var (resource, tokens) = (attempt.Resource, attempt.Tokens);
        var rating = new Rating(book, resource, TierOf(resource, tokens), at);
        rating.Tell(ref sink, "input", Meters.InputTokens, tokens.Input);
        rating.Tell(ref sink, "cached-input", Meters.CachedInputTokens, tokens.CachedInput);
        rating.Tell(ref sink, "cache-write", WriteMeter(attempt, at), tokens.CacheWrite);
        rating.Tell(ref sink, "cache-write-1h", Meters.LongCacheWriteTokens, tokens.CacheWriteHour);
        rating.Tell(ref sink, "output", Meters.OutputTokens, tokens.Output);
        if (tokens.Reasoning > 0)
        {
            rating.Tell(ref sink, "reasoning", ReasoningMeter(resource, at), tokens.Reasoning);
        }

        rating.Tell(ref sink, "input-audio", Meters.InputAudioTokens, tokens.InputAudio);
        rating.Tell(ref sink, "cached-input-audio", Meters.CachedInputAudioTokens, tokens.CachedInputAudio);
        rating.Tell(ref sink, "output-audio", Meters.OutputAudioTokens, tokens.OutputAudio);
        rating.Tell(ref sink, "output-image", Meters.OutputImageTokens, tokens.OutputImage);
        if (IsChargedFor(attempt, at))
        {
            sink.Take(new ClassLine("requests", PriceTier.Split(resource).Model, Meters.Requests, 1));
        }

        foreach (var use in ToolUse.Parse(attempt.Uses))
        {
            sink.Take(new ClassLine(use.Meter, ResourceOf(use, resource, at), use.Meter, use.Count));
        }
    }

    /// <summary>What an attempt used of one class, and what that is priced as.</summary>
    private readonly record struct ClassLine(string Class, string Resource, string Meter, long Quantity);

    private interface IClassSink
    {
        void Take(in ClassLine line);
    }

    /// <summary>A class that the tier has no price for is billed at the model's own.</summary>
    private readonly struct Rating(PriceBook book, string resource, string tier, DateTimeOffset at)
    {
        public void Tell<TSink>(ref TSink sink, string name, string meter, long quantity)
            where TSink : struct, IClassSink
        {
            if (quantity > 0)
            {
                sink.Take(new ClassLine(name, tier.Length == resource.Length || book.Find(tier, meter, at) is null ? resource : tier, meter, quantity));
            }
        }
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
