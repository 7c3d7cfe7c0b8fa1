using System.Text.Json;
using Farthing.Gateway.Booking;
using Farthing.Gateway.Providers;
using Farthing.Gateway.Wire;
using Farthing.Ledger.Posting;
using Farthing.Ledger.Prices;
using Farthing.Ledger.Usage;
using Farthing.Serving.Usage;
using OpenTelemetry.Proto.Resource.V1;
using OpenTelemetry.Proto.Trace.V1;

namespace Farthing.Serving.Otlp;

/// <summary>Turns a span of a call of a language model into usage (https://opentelemetry.io/docs/specs/semconv/gen-ai/gen-ai-spans/).</summary>
/// <param name="sender">Who sends it.</param>
/// <param name="book">The prices.</param>
internal sealed class SpanReader(UsageSender sender, PriceBook book)
{
    /// <summary>The source of all spans' events.</summary>
    public const string Source = "opentelemetry";

    /// <summary>The kind of their events.</summary>
    public const string Type = "opentelemetry.span";

    // These sum up the calls within them, which have spans of their own.
    private static readonly string[] Sums = ["invoke_agent", "create_agent", "invoke_workflow", "execute_tool"];

    /// <summary>Reads a span; null for one that is no usage.</summary>
    /// <exception cref="UsageFormatException">It is usage that can't be booked.</exception>
    public UsageEvent? Read(Resource? resource, Span span)
    {
        var attributes = new SpanAttributes(span.Attributes);
        string? asked = attributes.Text("gen_ai.request.model");
        string? answered = attributes.Text("gen_ai.response.model");
        long? input = attributes.Whole("gen_ai.usage.input_tokens", "gen_ai.usage.prompt_tokens");
        long? output = attributes.Whole("gen_ai.usage.output_tokens", "gen_ai.usage.completion_tokens");
        if ((asked ?? answered) is not { } model || (input ?? output) is null || Sums.Contains(attributes.Text("gen_ai.operation.name")))
        {
            return null;
        }

        string id = SpanId.Of(span) ?? throw new UsageFormatException("bad_id", "The span has no trace id of 16 bytes or no span id of 8: in JSON these are 32 and 16 hexadecimal digits, and not all 0.");
        DateTimeOffset at = At(span);
        SpanTokens tokens = SpanTokens.Of(
            input ?? 0,
            output ?? 0,
            attributes.Whole("gen_ai.usage.cache_read.input_tokens", "gen_ai.usage.cache_read_input_tokens") ?? 0,
            attributes.Whole("gen_ai.usage.cache_creation.input_tokens", "gen_ai.usage.cache_creation_input_tokens") ?? 0,
            attributes.Whole("gen_ai.usage.reasoning.output_tokens") ?? 0);
        string provider = ProviderNames.Of(attributes.Text("gen_ai.provider.name", "gen_ai.system") ?? "unknown");
        string run = attributes.Own("farthing.run") ?? (resource is null ? null : new SpanAttributes(resource.Attributes).Text("service.name")) ?? "opentelemetry";
        string? render = attributes.Own("farthing.render");
        string tags = attributes.Tags("farthing.tags");
        string? tenant = attributes.Own("farthing.tenant");
        string service = ServiceTier.Of(attributes.Text("openai.response.service_tier", "gen_ai.openai.response.service_tier") ?? "");
        string priced = Priced(provider, [answered ?? model, asked ?? model], at);
        var fact = new UsageFact
        {
            Id = "",
            At = at,
            RunId = run,
            RenderId = render,
            Attempt = render is null ? 0 : 1,
            Stage = Stage.LlmCall,
            Resource = priced,
            Meter = "",
            Quantity = 0,
            Tags = Tags(tags, tenant),
            Estimated = tokens.IsGuess,
        };
        return new UsageEvent
        {
            Source = Source,
            Id = id,
            Type = Type,
            At = at,
            Content = Content(new SpanContent(provider, asked, answered, service.Length == 0 ? null : service, run, render, tags, tenant, tokens)),
            Client = sender.Client,
            Body = new MeteredUse([.. Facts(fact, provider, service, tokens)], []),
        };
    }

    private static DateTimeOffset At(Span span)
    {
        ulong ticks = span.StartTimeUnixNano / 100;
        return ticks > 0 && ticks < (ulong)(DateTimeOffset.MaxValue.Ticks - DateTimeOffset.UnixEpoch.Ticks)
            ? DateTimeOffset.UnixEpoch.AddTicks((long)ticks)
            : throw new UsageFormatException("bad_time", "The span has no start time.");
    }

    private static string Content(SpanContent content) => JsonSerializer.Serialize(content, SpanJson.Default.SpanContent);

    /// <summary>Of a model's names (gpt-4o-mini-2024-07-18, gpt-4o-mini) the first that has a price; the asked one where none has.</summary>
    private string Priced(string provider, string[] models, DateTimeOffset at)
    {
        string[] resources = Array.ConvertAll(models, model => $"llm/{provider}/{model}");
        return Array.Find(resources, resource => book.Find(resource, Meters.InputTokens, at) is not null) ?? resources[^1];
    }

    private TagSet Tags(string tags, string? tenant)
    {
        try
        {
            return UsageEventReader.Joined(TagSet.Parse(tags), tenant, sender);
        }
        catch (FormatException error)
        {
            throw new UsageFormatException("bad_tags", error.Message);
        }
    }

    /// <summary>Books a span as the gateway books a call of its own: by the service that answered, by the tier of its prompt, class by class.</summary>
    private IEnumerable<UsageFact> Facts(UsageFact fact, string provider, string service, SpanTokens tokens)
    {
        var attempt = new AttemptRecord
        {
            RequestId = "",
            Attempt = 1,
            StartedAt = fact.At,

            // OpenAI alone bills what it writes to its cache as input where that has no price of its own.
            Shape = (provider is "openai" or "azure" ? WireShape.Chat : WireShape.Messages).Name(),
            Provider = provider,
            Model = "",
            Resource = PriceTier.Resource(fact.Resource, service),
            KeyId = "",
            Tokens = new TokenCounts(tokens.Input, tokens.CachedInput, tokens.CacheWrite, 0, tokens.Output - tokens.Reasoning, tokens.Reasoning),
        };

        // Classes that are billed alike, such as output and reasoning, are one charge.
        return new TokenCharges(book).Of(attempt, fact.At)
            .GroupBy(static each => (each.Resource, each.Meter))
            .Select(alike => fact with
            {
                Id = alike.Key.Meter,
                Resource = alike.Key.Resource,
                Meter = alike.Key.Meter,
                Quantity = alike.Aggregate(0L, static (sum, each) => checked(sum + each.Quantity)),
            });
    }
}
