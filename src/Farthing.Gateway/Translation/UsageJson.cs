using System.Runtime.InteropServices;
using System.Text.Json;
using Farthing.Gateway.Providers;
using Farthing.Gateway.Wire;

namespace Farthing.Gateway.Translation;

/// <summary>Reads and writes the <c>usage</c> of both protocols. A count that is missing, negative or no number is 0.</summary>
public static class UsageJson
{
    /// <summary>Reads OpenAI's; null where it is no object.</summary>
    public static TokenUsage? ReadOpenAi(JsonElement usage) => Read(usage, WireShape.Chat, new UsageReport());

    /// <summary>Reads Anthropic's; null where it is no object.</summary>
    public static TokenUsage? ReadAnthropic(JsonElement usage) => ReadAnthropic(usage, new UsageReport());

    /// <summary>Reads a part of Anthropic's from a stream; null where it is no object.</summary>
    /// <param name="usage">An event's usage.</param>
    /// <param name="before">What came before it: what an event leaves out keeps its count, as they are totals.</param>
    internal static TokenUsage? ReadAnthropic(JsonElement usage, UsageReport before) => Read(usage, WireShape.Messages, before);

    /// <summary>What a client is told of counts as they are booked, which have more classes.</summary>
    internal static TokenUsage Of(TokenCounts counts) => new(
        counts.Input + counts.InputAudio,
        counts.CachedInput + counts.CachedInputAudio,
        counts.CacheWrite + counts.CacheWriteHour,
        counts.Output + counts.OutputAudio + counts.OutputImage,
        counts.Reasoning);

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

    /// <summary>By the reader that the books are written from, so that a client is told what is booked.</summary>
    private static TokenUsage? Read(JsonElement usage, WireShape shape, UsageReport report)
    {
        if (usage.ValueKind != JsonValueKind.Object)
        {
            return null;
        }

        var json = new Utf8JsonReader(JsonMarshal.GetRawUtf8Value(usage));
        json.Read();
        report.Read(ref json);
        return Of(report.Counts(shape));
    }
}
