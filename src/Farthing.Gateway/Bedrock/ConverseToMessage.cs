using System.Text.Json;
using Farthing.Gateway.Translation;
using Farthing.Gateway.Translation.Answers;

namespace Farthing.Gateway.Bedrock;

/// <summary>An answer of Converse as a message of Anthropic's.</summary>
internal static class ConverseToMessage
{
    /// <summary>Translates.</summary>
    /// <param name="body">UTF-8 JSON.</param>
    /// <param name="model">The model, which the answer does not name.</param>
    /// <param name="requestId">AWS's id of the request.</param>
    /// <exception cref="AnswerUnreadableException">It is no answer.</exception>
    public static byte[] Translate(ReadOnlyMemory<byte> body, string model, string requestId) => AnswerReading.Read(body, answer =>
    {
        JsonElement content = answer.Field("output").Field("message").Field("content");
        string reason = ConverseWords.Stop(answer.TextField("stopReason")) ?? throw new AnswerUnreadableException("The model's answer is malformed.");
        return content.ValueKind != JsonValueKind.Array
            ? throw new AnswerUnreadableException("The answer has no content.")
            : JsonForms.Write(json =>
            {
                json.WriteStartObject();
                ConverseWords.WriteHead(json, model, requestId);
                json.WriteStartArray("content");
                foreach (JsonElement block in content.EnumerateArray())
                {
                    WriteBlock(json, block);
                }

                json.WriteEndArray();
                json.WriteString("stop_reason", reason);
                json.WriteNull("stop_sequence");
                json.WritePropertyName("usage");
                ConverseWords.WriteUsage(json, answer.Field("usage"));
                json.WriteEndObject();
            });
    });

    private static void WriteBlock(Utf8JsonWriter json, JsonElement block)
    {
        JsonElement thought = block.Field("reasoningContent");
        if (block.TextField("text") is { } text)
        {
            Block(json, "text", () => json.WriteString("text", text));
        }
        else if (block.Field("toolUse") is { ValueKind: JsonValueKind.Object } call)
        {
            Block(json, "tool_use", () =>
            {
                json.WriteString("id", call.TextField("toolUseId") ?? "");
                json.WriteString("name", call.TextField("name") ?? "");
                json.Copy("input", call.Field("input"));
            });
        }
        else if (thought.Field("reasoningText") is { ValueKind: JsonValueKind.Object } reasoning)
        {
            Block(json, "thinking", () =>
            {
                json.WriteString("thinking", reasoning.TextField("text") ?? "");
                json.WriteString("signature", reasoning.TextField("signature") ?? "");
            });
        }
        else if (thought.TextField("redactedContent") is { } redacted)
        {
            Block(json, "redacted_thinking", () => json.WriteString("data", redacted));
        }
    }

    private static void Block(Utf8JsonWriter json, string type, Action write)
    {
        json.WriteStartObject();
        json.WriteString("type", type);
        write();
        json.WriteEndObject();
    }
}
