using System.Text.Json;

namespace Farthing.Gateway.Translation.Answers;

/// <summary>
/// A response of OpenAI's Responses as an OpenAI chat completion. A summary of the thinking goes into <c>reasoning_content</c>, and what was
/// thought for a call of a tool, sealed, into <c>thinking_blocks</c>. What ran at the provider, such as a search, is left out.
/// </summary>
public static class ResponseToCompletion
{
    /// <summary>Translates.</summary>
    /// <param name="body">The answer, UTF-8 JSON.</param>
    /// <param name="context">What came with the translated request.</param>
    /// <exception cref="AnswerUnreadableException">It is no response, or one that failed or is not over.</exception>
    public static TranslatedAnswer Translate(ReadOnlyMemory<byte> body, AnswerContext context)
    {
        ArgumentNullException.ThrowIfNull(context);
        return AnswerReading.Read(body, response => Translate(response, context));
    }

    private static TranslatedAnswer Translate(JsonElement response, AnswerContext context)
    {
        JsonElement output = response.Field("output");
        if (output.ValueKind != JsonValueKind.Array)
        {
            throw new AnswerUnreadableException("The provider's answer is no response: it has no list 'output'.");
        }

        // Servers that leave the status out have answered.
        if (response.TextField("status") is { } status and not ("completed" or "incomplete"))
        {
            throw new AnswerUnreadableException(response.Field("error").TextField("message") is { } message
                ? $"The provider's response has the status '{status}': {message}"
                : $"The provider's response has the status '{status}'.");
        }

        var content = new ResponseContent();
        foreach (JsonElement item in output.EnumerateArray())
        {
            content.Take(item);
        }

        TokenUsage? usage = UsageJson.ReadOpenAi(response.Field("usage"));
        byte[] written = JsonForms.Write(json =>
        {
            json.WriteStartObject();
            json.WriteString("id", AnswerWords.CompletionId(response.TextField("id")));
            json.WriteString("object", "chat.completion");
            json.WriteNumber("created", context.Created.ToUnixTimeSeconds());
            json.WriteString("model", response.TextField("model") ?? "");
            json.WriteStartArray("choices");
            json.WriteStartObject();
            json.WriteNumber("index", 0);
            content.Write(json);
            json.WritePropertyName("logprobs");
            AnswerWords.WriteProbabilities(json, content.Probabilities);
            json.WriteString("finish_reason", AnswerWords.FinishOfResponse(response, content.HasCalls));
            json.WriteEndObject();
            json.WriteEndArray();
            if (usage is { } tokens)
            {
                json.WritePropertyName("usage");
                UsageJson.WriteOpenAi(json, tokens);
            }

            json.WriteNull("system_fingerprint");
            if (response.TextField("service_tier") is { } service)
            {
                json.WriteString("service_tier", service);
            }

            json.WriteEndObject();
        });
        return new TranslatedAnswer(written, usage);
    }
}
