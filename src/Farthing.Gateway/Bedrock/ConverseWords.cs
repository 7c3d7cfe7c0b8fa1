using System.Text.Json;
using Farthing.Gateway.Translation;

namespace Farthing.Gateway.Bedrock;

/// <summary>What Converse calls why an answer ended and what it used, in Anthropic's words.</summary>
internal static class ConverseWords
{
    /// <summary>The stop reason; null for one that says that the answer is no good.</summary>
    public static string? Stop(string? reason) => reason switch
    {
        "guardrail_intervened" or "content_filtered" => "refusal",
        "malformed_model_output" or "malformed_tool_use" or null => null,
        _ => reason,
    };

    /// <summary>Writes a usage. Converse counts what was read from its cache or written to it apart from the input, as Anthropic does.</summary>
    public static void WriteUsage(Utf8JsonWriter json, JsonElement usage)
    {
        json.WriteStartObject();
        WriteCounts(json, usage);
        json.WriteEndObject();
    }

    /// <summary>Writes that of a stream's end, which has a count of the answer always, though it may be none.</summary>
    public static void WriteStreamUsage(Utf8JsonWriter json, JsonElement usage)
    {
        json.WriteStartObject();
        WriteCounts(json, usage);
        if (usage.Field("outputTokens").ValueKind != JsonValueKind.Number)
        {
            json.WriteNumber("output_tokens", 0);
        }

        json.WriteEndObject();
    }

    private static void WriteCounts(Utf8JsonWriter json, JsonElement usage)
    {
        foreach (var (from, to) in (ReadOnlySpan<(string, string)>)
        [
            ("inputTokens", "input_tokens"), ("cacheReadInputTokens", "cache_read_input_tokens"),
            ("cacheWriteInputTokens", "cache_creation_input_tokens"), ("outputTokens", "output_tokens"),
        ])
        {
            if (usage.Field(from) is { ValueKind: JsonValueKind.Number } count)
            {
                json.Copy(to, count);
            }
        }

        // How much of what was written is kept for an hour, which costs more.
        long hour = usage.Field("cacheDetails").Items()
            .Where(static detail => detail.TextField("ttl") == "1h")
            .Sum(static detail => detail.Field("inputTokens") is { ValueKind: JsonValueKind.Number } count && count.TryGetInt64(out long tokens) ? tokens : 0);
        if (hour > 0)
        {
            json.WriteStartObject("cache_creation");
            json.WriteNumber("ephemeral_1h_input_tokens", hour);
            json.WriteEndObject();
        }
    }

    /// <summary>Writes what an answer begins with.</summary>
    public static void WriteHead(Utf8JsonWriter json, string model, string requestId)
    {
        json.WriteString("id", "msg_bdrk_" + requestId.Replace("-", "", StringComparison.Ordinal));
        json.WriteString("type", "message");
        json.WriteString("role", "assistant");
        json.WriteString("model", model);
    }
}
