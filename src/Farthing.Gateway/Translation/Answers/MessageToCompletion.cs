using System.Text;
using System.Text.Json;

namespace Farthing.Gateway.Translation.Answers;

/// <summary>
/// An Anthropic message as an OpenAI chat completion. Thinking goes into <c>reasoning_content</c>, and signed as it came into
/// <c>thinking_blocks</c>, which a client sends back in the next request so that the model goes on with it.
/// </summary>
public static class MessageToCompletion
{
    /// <summary>Translates.</summary>
    /// <param name="body">The answer, UTF-8 JSON.</param>
    /// <param name="context">What came with the translated request.</param>
    /// <exception cref="AnswerUnreadableException">It is no message.</exception>
    public static TranslatedAnswer Translate(ReadOnlyMemory<byte> body, AnswerContext context)
    {
        ArgumentNullException.ThrowIfNull(context);
        return AnswerReading.Read(body, message => Translate(message, context));
    }

    private static TranslatedAnswer Translate(JsonElement message, AnswerContext context)
    {
        if (message.Field("content").ValueKind != JsonValueKind.Array)
        {
            throw new AnswerUnreadableException("The provider's answer is no message: it has no list 'content'.");
        }

        TokenUsage? usage = UsageJson.ReadAnthropic(message.Field("usage"));
        byte[] written = JsonForms.Write(json =>
        {
            json.WriteStartObject();
            json.WriteString("id", AnswerWords.CompletionId(message.TextField("id")));
            json.WriteString("object", "chat.completion");
            json.WriteNumber("created", context.Created.ToUnixTimeSeconds());
            json.WriteString("model", message.TextField("model") ?? "");
            json.WriteStartArray("choices");
            json.WriteStartObject();
            json.WriteNumber("index", 0);
            bool hasCalls = WriteMessage(json, message.Field("content"), context.JsonTool);
            json.WriteNull("logprobs");
            json.WriteString("finish_reason", AnswerWords.Finish(message.TextField("stop_reason"), hasCalls));
            json.WriteEndObject();
            json.WriteEndArray();
            if (usage is { } tokens)
            {
                json.WritePropertyName("usage");
                UsageJson.WriteOpenAi(json, tokens);
            }

            json.WriteNull("system_fingerprint");
            json.WriteEndObject();
        });
        return new TranslatedAnswer(written, usage);
    }

    private static bool WriteMessage(Utf8JsonWriter json, JsonElement content, string? jsonTool)
    {
        var text = new StringBuilder();
        var thought = new StringBuilder();
        List<JsonElement> thoughts = [];
        List<JsonElement> calls = [];
        bool hasText = false;
        foreach (JsonElement block in content.EnumerateArray())
        {
            switch (block.TextField("type"))
            {
                case "text":
                    text.Append(block.TextField("text"));
                    hasText = true;
                    break;
                case "tool_use" when jsonTool is not null && block.TextField("name") == jsonTool:
                    text.Append(Encoding.UTF8.GetString(JsonForms.Write(block.Field("input").WriteTo)));
                    hasText = true;
                    break;
                case "tool_use":
                    calls.Add(block);
                    break;
                case "thinking" or "redacted_thinking":
                    thought.Append(block.TextField("thinking"));
                    thoughts.Add(block);
                    break;
            }
        }

        json.WriteStartObject("message");
        json.WriteString("role", "assistant");
        json.WriteString("content", hasText || calls.Count == 0 ? text.ToString() : null);
        json.WriteNull("refusal");
        if (thoughts.Count > 0)
        {
            json.WriteString("reasoning_content", thought.ToString());
            json.WriteStartArray("thinking_blocks");
            thoughts.ForEach(block => block.WriteTo(json));
            json.WriteEndArray();
        }

        if (calls.Count > 0)
        {
            json.WriteStartArray("tool_calls");
            calls.ForEach(call => WriteCall(json, call));
            json.WriteEndArray();
        }

        json.WriteEndObject();
        return calls.Count > 0;
    }

    private static void WriteCall(Utf8JsonWriter json, JsonElement call)
    {
        json.WriteStartObject();
        json.WriteString("id", call.TextField("id") ?? "");
        json.WriteString("type", "function");
        json.WriteStartObject("function");
        json.WriteString("name", call.TextField("name") ?? "");
        JsonElement input = call.Field("input");
        json.WriteString("arguments", input.ValueKind == JsonValueKind.Undefined ? "{}"u8 : JsonForms.Write(input.WriteTo));
        json.WriteEndObject();
        json.WriteEndObject();
    }
}
