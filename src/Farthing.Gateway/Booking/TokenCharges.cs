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

    /// <summary>The facts of an attempt; none for one without tokens.</summary>
    public IEnumerable<UsageFact> Of(AttemptRecord attempt)
    {
        ArgumentNullException.ThrowIfNull(attempt);
        return Classes(attempt.Resource, attempt.Tokens, attempt.StartedAt).Select(line => new UsageFact
        {
            Id = $"llm/{attempt.RequestId}/{attempt.Attempt}/{line.Class}",
            At = attempt.StartedAt,
            RunId = Run,
            RenderId = attempt.RequestId,
            Attempt = attempt.Attempt,
            Stage = Stage.LlmCall,
            Resource = attempt.Resource,
            Meter = line.Meter,
            Quantity = line.Quantity,
            Tags = TagSet.Parse(attempt.Tags),
            Estimated = attempt.Estimated,
        });
    }

    /// <summary>What a hit avoided, a memo a class of tokens.</summary>
    public IEnumerable<SavingsMemo> Avoided(AttemptRecord attempt, CacheHit hit)
    {
        ArgumentNullException.ThrowIfNull(attempt);
        ArgumentNullException.ThrowIfNull(hit);
        return Classes(attempt.Resource, attempt.Tokens, attempt.StartedAt).Select(line => new SavingsMemo
        {
            Id = $"llm/{attempt.RequestId}/{attempt.Attempt}/saved-{line.Class}",
            At = attempt.StartedAt,
            RunId = Run,
            RenderId = attempt.RequestId,
            Attempt = attempt.Attempt,
            Kind = SavingsKind.CaptionCache,
            Stage = Stage.LlmCall,
            Resource = attempt.Resource,
            Meter = line.Meter,
            Quantity = line.Quantity,
            Evidence = $"{hit.By} hit: {line.Class} tokens of {hit.Of}{(attempt.Estimated ? ", estimated" : "")}",
        });
    }

    /// <summary>What an attempt costs; null when a class of its tokens has no price, which is not 0.</summary>
    public CurrencyAmount? Cost(AttemptRecord attempt)
    {
        ArgumentNullException.ThrowIfNull(attempt);
        Int128 sum = 0;
        foreach (var (_, meter, quantity) in Classes(attempt.Resource, attempt.Tokens, attempt.StartedAt))
        {
            if (book.Find(attempt.Resource, meter, attempt.StartedAt) is not { } price)
            {
                return null;
            }

            // Each class is rounded by itself, as the ledger posts it, so that both say the same.
            sum += price.Price(quantity).Units;
        }

        return new CurrencyAmount(sum, Currency.Usd);
    }

    private IEnumerable<(string Class, string Meter, long Quantity)> Classes(string resource, TokenCounts tokens, DateTimeOffset at)
    {
        // Providers bill reasoning as output unless it has a price of its own.
        var reasoning = book.Find(resource, Meters.ReasoningTokens, at) is null ? Meters.OutputTokens : Meters.ReasoningTokens;
        return ((string Class, string Meter, long Quantity)[])
        [
            .. Some("input", Meters.InputTokens, tokens.Input),
            .. Some("cached-input", Meters.CachedInputTokens, tokens.CachedInput),
            .. Some("cache-write", Meters.CacheWriteTokens, tokens.CacheWrite),
            .. Some("cache-write-1h", Meters.LongCacheWriteTokens, tokens.CacheWriteHour),
            .. Some("output", Meters.OutputTokens, tokens.Output),
            .. Some("reasoning", reasoning, tokens.Reasoning),
        ];
    }

    private static IEnumerable<(string, string, long)> Some(string name, string meter, long quantity) =>
        quantity > 0 ? [(name, meter, quantity)] : [];
}
