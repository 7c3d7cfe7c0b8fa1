using System.Text.Json.Serialization;

namespace Farthing.Serving.Otlp;

/// <summary>A call's tokens, each counted once.</summary>
/// <param name="Input">Of the prompt, without those of the cache.</param>
/// <param name="CachedInput">Read from the provider's cache.</param>
/// <param name="CacheWrite">Written to it.</param>
/// <param name="Output">Generated, reasoning included.</param>
/// <param name="Reasoning">Of the output, for reasoning.</param>
/// <param name="IsGuess">Whether the span's own counts were at odds, so that something was assumed.</param>
internal sealed record SpanTokens(long Input, long CachedInput, long CacheWrite, long Output, long Reasoning, bool IsGuess)
{
    /// <summary>
    /// From a span's counts. By the conventions the input includes what the cache read and wrote. Where it is less than these together,
    /// the span was written by the older habit of counting them beside it.
    /// </summary>
    public static SpanTokens Of(long input, long output, long cached, long written, long reasoning)
    {
        bool isBeside = (Int128)cached + written > input;
        return new SpanTokens(isBeside ? input : input - cached - written, cached, written, output, Math.Min(reasoning, output), isBeside || reasoning > output);
    }
}

/// <summary>What a span says as far as it is booked, in one form.</summary>
internal sealed record SpanContent(string Provider, string? Asked, string? Answered, string? Service, string Run, string? Render, string Tags, string? Tenant, SpanTokens Tokens);

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(SpanContent))]
internal sealed partial class SpanJson : JsonSerializerContext;
