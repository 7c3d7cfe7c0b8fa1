using Farthing.Ledger.Prices;

namespace Farthing.Gateway.Budgets;

/// <summary>The most that one attempt can cost.</summary>
/// <param name="book">The prices.</param>
internal sealed class CostBound(PriceBook book)
{
    /// <summary>The dearest that a request can be at a model, in 1e-12 USD; null where it has no price.</summary>
    /// <param name="resource">What the model is priced as.</param>
    /// <param name="request">The request.</param>
    /// <param name="output">The most tokens of one answer where the request does not say; 0 for a shape that generates none.</param>
    /// <param name="at">When.</param>
    /// <param name="writesUnasked">Whether the provider may write its cache, and bill that, without being asked.</param>
    /// <param name="searches">Whether the model always searches the web, once.</param>
    public long? Of(string resource, in RequestBound request, long output, DateTimeOffset at, bool writesUnasked = false, bool searches = false)
    {
        var tokens = output == 0 ? 0 : Math.Min(RequestBound.MaxTokens, (request.Output ?? output) * request.Answers);
        try
        {
            // A service is asked for, and not always given: the dearer of it and the standard one.
            var asked = InService(request.Service, resource, request, tokens, at, writesUnasked);
            asked = request.Service.Length == 0 || asked is null ? asked : Math.Max(asked.Value, InService("", resource, request, tokens, at, writesUnasked) ?? asked.Value);
            return checked(asked + (Fees(resource, searches || request.Searches, at) * request.Answers));
        }
        catch (OverflowException)
        {
            // More than an amount holds is more than any budget has.
            return long.MaxValue / 4;
        }
    }

    /// <summary>The prompt may be smaller than its bound, so the dearer of the service's own prices and those of the bound's tier counts.</summary>
    private long? InService(string service, string resource, in RequestBound request, long tokens, DateTimeOffset at, bool writesUnasked)
    {
        var (plain, tier) = (PriceTier.Resource(resource, service), PriceTier.ForPrompt(book, resource, service, request.Prompt));
        var own = Sum(plain, request, tokens, at, writesUnasked);
        return tier == plain || own is null ? own : Math.Max(own.Value, Sum(tier, request, tokens, at, writesUnasked) ?? 0);
    }

    private long? Sum(string resource, in RequestBound request, long tokens, DateTimeOffset at, bool writesUnasked)
    {
        var prompt = Dearest(resource, request.Prompt, at, request.WritesCache ? AskedMeters : writesUnasked ? UnaskedMeters : PlainMeters);
        var answer = tokens == 0 ? 0 : Dearest(resource, tokens, at, AnswerMeters);
        prompt = request.Hears ? Dearer(prompt, Dearest(resource, request.Prompt, at, HeardMeters)) : prompt;
        answer = request.Speaks ? Dearer(answer, Dearest(resource, tokens, at, SpokenMeters)) : answer;
        return checked(prompt + answer);
    }

    private static string[] PlainMeters { get; } = [Meters.InputTokens];

    private static string[] UnaskedMeters { get; } = [Meters.InputTokens, Meters.CacheWriteTokens];

    private static string[] AskedMeters { get; } = [Meters.InputTokens, Meters.CacheWriteTokens, Meters.LongCacheWriteTokens];

    private static string[] AnswerMeters { get; } = [Meters.OutputTokens, Meters.ReasoningTokens, Meters.OutputImageTokens];

    private static string[] HeardMeters { get; } = [Meters.InputAudioTokens, Meters.CachedInputAudioTokens];

    private static string[] SpokenMeters { get; } = [Meters.OutputAudioTokens];

    /// <summary>What a request costs beside its tokens: null where it searches and that has no price.</summary>
    private long? Fees(string resource, bool searches, DateTimeOffset at)
    {
        var request = book.Find(resource, Meters.Requests, at)?.Price(1).Units ?? 0;
        if (!searches)
        {
            return request;
        }

        long? search = null;
        foreach (var size in SearchTiers)
        {
            search = book.Find(PriceTier.Resource(resource, size), Meters.WebSearches, at)?.Price(1).Units is { } price ? Math.Max(search ?? 0, price) : search;
        }

        return request + search;
    }

    private static string[] SearchTiers { get; } = ["", PriceTier.Search("low"), PriceTier.Search("high")];

    /// <summary>The dearer of two; null where either has no price.</summary>
    private static long? Dearer(long? a, long? b) => a is null || b is null ? null : Math.Max(a.Value, b.Value);

    /// <summary>The first meter must have a price; of the others those count that have one.</summary>
    private long? Dearest(string resource, long tokens, DateTimeOffset at, string[] meters)
    {
        long? most = null;
        foreach (var meter in meters)
        {
            var price = book.Find(resource, meter, at)?.Price(tokens).Units;
            if (price is null && most is null)
            {
                return null;
            }

            most = Math.Max(most ?? 0, price ?? 0);
        }

        return most;
    }
}
