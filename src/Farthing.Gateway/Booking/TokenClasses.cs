using Farthing.Gateway.Providers;
using Farthing.Gateway.Wire;
using Farthing.Ledger.Prices;

namespace Farthing.Gateway.Booking;

/// <summary>What an attempt used of one class, and what that is priced as.</summary>
/// <param name="Class">The class of tokens, or the meter of a use.</param>
/// <param name="Resource">The model, or the tier of it that has the price.</param>
/// <param name="Meter">The meter that it is billed as.</param>
/// <param name="Quantity">How much; more than 0.</param>
internal readonly record struct ClassLine(string Class, string Resource, string Meter, long Quantity);

/// <summary>Takes the classes of an attempt one by one.</summary>
internal interface IClassSink
{
    /// <summary>Takes one.</summary>
    void Take(in ClassLine line);
}

/// <summary>Tells what of each class an attempt used, and which price that has.</summary>
/// <param name="book">The prices.</param>
internal sealed class TokenClasses(PriceBook book)
{
    private static readonly string MessagesShape = WireShape.Messages.Name();

    /// <summary>Tells a sink each class that an attempt used. What it costs is asked for on a call's path, so that it must not make lists.</summary>
    public void Walk<TSink>(AttemptRecord attempt, DateTimeOffset at, ref TSink sink)
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
}
