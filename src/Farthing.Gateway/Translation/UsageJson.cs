using System.Text.Json;

namespace Farthing.Gateway.Translation;

/// <summary>Reads and writes the <c>usage</c> of both protocols. A count that is missing, negative or no number is 0.</summary>
public static class UsageJson
{
    /// <summary>Reads OpenAI's; null where it is no object.</summary>
    public static TokenUsage? ReadOpenAi(JsonElement usage)
    {
        if (usage.ValueKind != JsonValueKind.Object)
        {
            return null;
        }

        JsonElement prompt = usage.Field("prompt_tokens_details");
        long all = Count(usage, "prompt_tokens");
        long cached = Math.Min(Count(prompt, "cached_tokens"), all);
        long written = Math.Min(Count(prompt, "cache_write_tokens"), all - cached);
        long completion = Count(usage, "completion_tokens");

        // Some servers count reasoning beside the completion; then the total has what both leave out.
        long beside = Math.Max(0, Count(usage, "total_tokens") - all - completion);
        long reasoning = beside > 0 ? beside : Math.Min(Count(usage.Field("completion_tokens_details"), "reasoning_tokens"), completion);
        return new TokenUsage(all - cached - written, cached, written, beside > 0 ? completion : completion - reasoning, reasoning);
    }

    /// <summary>Reads Anthropic's; null where it is no object. What an event leaves out keeps its count of before: they are totals.</summary>
    public static TokenUsage? ReadAnthropic(JsonElement usage, TokenUsage before = default)
    {
        if (usage.ValueKind != JsonValueKind.Object)
        {
            return null;
        }

        long output = Count(usage, "output_tokens", before.Completion);
        long reasoning = Math.Min(Count(usage.Field("output_tokens_details"), "thinking_tokens", before.Reasoning), output);
        return new TokenUsage(
            Count(usage, "input_tokens", before.Input),
            Count(usage, "cache_read_input_tokens", before.CachedInput),
            Count(usage, "cache_creation_input_tokens", before.CacheWrite),
            output - reasoning,
            reasoning);
    }

    internal static void WriteOpenAi(Utf8JsonWriter json, TokenUsage usage)
    {
        json.WriteStartObject();
        json.WriteNumber("prompt_tokens", usage.Prompt);
        json.WriteNumber("completion_tokens", usage.Completion);
        json.WriteNumber("total_tokens", usage.Prompt + usage.Completion);
        json.WriteStartObject("prompt_tokens_details");
        json.WriteNumber("cached_tokens", usage.CachedInput);
        json.WriteNumber("cache_write_tokens", usage.CacheWrite);
        json.WriteEndObject();
        json.WriteStartObject("completion_tokens_details");
        json.WriteNumber("reasoning_tokens", usage.Reasoning);
        json.WriteEndObject();
        json.WriteEndObject();
    }

    internal static void WriteResponses(Utf8JsonWriter json, TokenUsage usage)
    {
        json.WriteStartObject();
        json.WriteNumber("input_tokens", usage.Prompt);
        json.WriteStartObject("input_tokens_details");
        json.WriteNumber("cached_tokens", usage.CachedInput);
        if (usage.CacheWrite > 0)
        {
            json.WriteNumber("cache_write_tokens", usage.CacheWrite);
        }

        json.WriteEndObject();
        json.WriteNumber("output_tokens", usage.Completion);
        json.WriteStartObject("output_tokens_details");
        json.WriteNumber("reasoning_tokens", usage.Reasoning);
        json.WriteEndObject();
        json.WriteNumber("total_tokens", usage.Prompt + usage.Completion);
        json.WriteEndObject();
    }

    internal static void WriteAnthropic(Utf8JsonWriter json, TokenUsage usage)
    {
        json.WriteStartObject();
        json.WriteNumber("input_tokens", usage.Input);
        json.WriteNumber("cache_creation_input_tokens", usage.CacheWrite);
        json.WriteNumber("cache_read_input_tokens", usage.CachedInput);
        json.WriteNumber("output_tokens", usage.Completion);
        if (usage.Reasoning > 0)
        {
            json.WriteStartObject("output_tokens_details");
            json.WriteNumber("thinking_tokens", usage.Reasoning);
            json.WriteEndObject();
        }

        json.WriteEndObject();
    }

    private static long Count(JsonElement from, string name, long otherwise = 0) =>
        from.Field(name) is { ValueKind: JsonValueKind.Number } number && number.TryGetInt64(out long count)
            ? Math.Clamp(count, 0, int.MaxValue)
            : otherwise;
}
