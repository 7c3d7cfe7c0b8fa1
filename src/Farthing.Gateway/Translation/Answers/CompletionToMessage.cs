using System.Text.Json;

namespace Farthing.Gateway.Translation.Answers;

/// <summary>An OpenAI chat completion as an Anthropic message; of several choices the first.</summary>
public static class CompletionToMessage
{
    /// <summary>Translates.</summary>
    /// <param name="body">The answer, UTF-8 JSON.</param>
    /// <param name="uncounted">Gives what is booked where the provider gave no count, since Anthropic's clients need one; null where it gave one.</param>
    /// <exception cref="AnswerUnreadableException">It is no chat completion, or it calls a tool with arguments that are no JSON object though nothing cut it.</exception>
    public static TranslatedAnswer Translate(ReadOnlyMemory<byte> body, Func<TokenUsage?>? uncounted = null) =>
        AnswerReading.Read(body, completion => Translate(completion, uncounted));

    private static TranslatedAnswer Translate(JsonElement completion, Func<TokenUsage?>? uncounted)
    {
        JsonElement choice = completion.Field("choices").Items().FirstOrDefault();
        JsonElement message = choice.Field("message");
        if (message.ValueKind != JsonValueKind.Object)
        {
            throw new AnswerUnreadableException("The provider's answer is no chat completion: it has no choice with a message.");
        }

        TokenUsage? usage = UsageJson.ReadOpenAi(completion.Field("usage"));
        string? refusal = message.TextField("refusal");
        byte[] written = JsonForms.Write(json =>
        {
            json.WriteStartObject();
            json.WriteString("id", AnswerWords.MessageId(completion.TextField("id")));
            json.WriteString("type", "message");
            json.WriteString("role", "assistant");
            json.WriteString("model", completion.TextField("model") ?? "");
            json.WriteStartArray("content");
            WriteBlocks(json, message, refusal, AnswerWords.Stop(choice.TextField("finish_reason")) == "max_tokens");
            json.WriteEndArray();
            json.WriteString("stop_reason", Reason(choice, message, refusal));
            json.WriteNull("stop_sequence");
            json.WritePropertyName("usage");
            UsageJson.WriteAnthropic(json, uncounted?.Invoke() ?? usage ?? default);
            json.WriteEndObject();
        });
        return new TranslatedAnswer(written, usage);
    }

    /// <summary>Some servers say "stop" though they call a tool; a client goes by the reason.</summary>
    private static string Reason(JsonElement choice, JsonElement message, string? refusal)
    {
        string reason = string.IsNullOrEmpty(refusal) ? AnswerWords.Stop(choice.TextField("finish_reason")) : "refusal";
        return reason == "end_turn" && message.Field("tool_calls").Items().Any() ? "tool_use" : reason;
    }

    private static void WriteBlocks(Utf8JsonWriter json, JsonElement message, string? refusal, bool isCut)
    {
        var content = ChatContent.Of(message);
        if (content.Thought is { Length: > 0 } thought)
        {
            json.WriteStartObject();
            json.WriteString("type", "thinking");
            json.WriteString("thinking", thought);
            json.WriteString("signature", SealedThinking.Mark);
            json.WriteEndObject();
        }

        foreach (JsonElement block in message.Field("thinking_blocks").Items().Where(SealedReasoning.IsSealed))
        {
            block.WriteTo(json);
        }

        foreach (string? text in (string?[])[content.Text, refusal])
        {
            if (!string.IsNullOrEmpty(text))
            {
                json.WriteStartObject();
                json.WriteString("type", "text");
                json.WriteString("text", text);
                json.WriteEndObject();
            }
        }

        int at = 0;
        foreach (JsonElement call in message.Field("tool_calls").Items())
        {
            if (CallSignature.Of(call) is { } signature)
            {
                json.WriteStartObject();
                json.WriteString("type", "redacted_thinking");
                json.WriteString("data", CallSignature.Seal(signature));
                json.WriteEndObject();
            }

            JsonElement function = call.Field("function");
            json.WriteStartObject();
            json.WriteString("type", "tool_use");
            json.WriteString("id", call.TextField("id") is { Length: > 0 } id ? id : $"call_{at}");
            json.WriteString("name", function.TextField("name") ?? "");
            json.WritePropertyName("input");
            WriteInput(json, function.TextField("arguments"), isCut);
            json.WriteEndObject();
            at++;
        }
    }

    private static void WriteInput(Utf8JsonWriter json, string? arguments, bool isCut)
    {
        if (string.IsNullOrWhiteSpace(arguments))
        {
            WriteEmpty(json);
            return;
        }

        try
        {
            using var input = JsonDocument.Parse(arguments, JsonForms.Reading);
            if (input.RootElement.ValueKind == JsonValueKind.Object)
            {
                input.RootElement.WriteTo(json);
                return;
            }
        }
        catch (JsonException)
        {
            // Told below, like every other text that is no object.
        }

        // The client's own limit of tokens cut them, which the reason tells. Anthropic, too, gives such a call with less than its input.
        if (!isCut)
        {
            throw new AnswerUnreadableException("The model called a tool with arguments that are no JSON object.") { IsTheModels = true };
        }

        WriteEmpty(json);
    }

    private static void WriteEmpty(Utf8JsonWriter json)
    {
        json.WriteStartObject();
        json.WriteEndObject();
    }
}
