using System.Text.Json;

namespace Farthing.Gateway.Translation.Answers;

/// <summary>Why an answer ended, and how it is called, in either protocol's words.</summary>
internal static class AnswerWords
{
    /// <summary>OpenAI's word for Anthropic's reason.</summary>
    /// <param name="reason">Anthropic's <c>stop_reason</c>.</param>
    /// <param name="hasCalls">Whether the client sees a call of a tool: one that stood for JSON is none.</param>
    public static string Finish(string? reason, bool hasCalls) => reason switch
    {
        "end_turn" or "stop_sequence" => "stop",
        "refusal" => "content_filter",
        "tool_use" => hasCalls ? "tool_calls" : "stop",

        // Cut, paused (pause_turn, compaction), or a word that is not known: OpenAI has one word for what is not all.
        _ => "length",
    };

    /// <summary>Anthropic's word for OpenAI's reason. Servers have many words for a model's own end.</summary>
    public static string Stop(string? reason) => reason switch
    {
        "length" or "model_length" => "max_tokens",
        "content_filter" => "refusal",
        "tool_calls" or "function_call" => "tool_use",
        _ => "end_turn",
    };

    /// <summary>OpenAI's word, in a chat, for the end of a response.</summary>
    /// <param name="response">The response, which is over.</param>
    /// <param name="hasCalls">Whether the client sees a call of a tool.</param>
    public static string FinishOfResponse(JsonElement response, bool hasCalls) => response.TextField("status") != "incomplete"
        ? hasCalls ? "tool_calls" : "stop"
        : response.Field("incomplete_details").TextField("reason") == "content_filter" ? "content_filter" : "length";

    /// <summary>Writes the <c>logprobs</c> of a chat's choice; null where there are none. A response's text has the same objects.</summary>
    public static void WriteProbabilities(Utf8JsonWriter json, IReadOnlyList<JsonElement> tokens)
    {
        if (tokens.Count == 0)
        {
            json.WriteNullValue();
            return;
        }

        json.WriteStartObject();
        json.WriteStartArray("content");
        foreach (JsonElement token in tokens)
        {
            token.WriteTo(json);
        }

        json.WriteEndArray();
        json.WriteNull("refusal");
        json.WriteEndObject();
    }

    /// <summary>The answer's id as OpenAI's clients know it.</summary>
    public static string CompletionId(string? id) => Prefixed("chatcmpl-", id);

    /// <summary>The answer's id as Anthropic's clients know it.</summary>
    public static string MessageId(string? id) => Prefixed("msg_", id);

    /// <summary>The part of an id that is the answer's own, for ids of a response and its items.</summary>
    public static string OwnPart(string? id) =>
        id is null ? "unnamed" : id.StartsWith("chatcmpl-", StringComparison.Ordinal) ? id["chatcmpl-".Length..] : id;

    private static string Prefixed(string prefix, string? id) =>
        id is null ? prefix + "unnamed" : id.StartsWith(prefix, StringComparison.Ordinal) ? id : prefix + id;
}
