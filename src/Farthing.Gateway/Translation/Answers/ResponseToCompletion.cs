using System.Text;
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

        var content = new Content();
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

    /// <summary>The items of a response, gathered into one message.</summary>
    private sealed class Content
    {
        private readonly StringBuilder _text = new();
        private readonly StringBuilder _refusal = new();
        private readonly StringBuilder _thought = new();
        private readonly List<JsonElement> _calls = [];
        private readonly List<(JsonElement Item, string Before)> _sealed = [];
        private readonly List<JsonElement> _waiting = [];

        public bool HasCalls => _calls.Count > 0;

        public List<JsonElement> Probabilities { get; } = [];

        public void Take(JsonElement item)
        {
            switch (item.TextField("type"))
            {
                case "message":
                    Seal("");
                    foreach (JsonElement part in item.Field("content").Items())
                    {
                        _text.Append(part.TextField("text"));
                        _refusal.Append(part.TextField("refusal"));
                        Probabilities.AddRange(part.Field("logprobs").Items());
                    }

                    break;
                case "function_call":
                    Seal(CallId(item));
                    _calls.Add(item);
                    break;
                case "reasoning":
                    foreach (JsonElement part in (IEnumerable<JsonElement>)[.. item.Field("summary").Items(), .. item.Field("content").Items()])
                    {
                        _thought.Append(_thought.Length > 0 ? "\n\n" : "").Append(part.TextField("text"));
                    }

                    if (item.TextField("encrypted_content") is not null)
                    {
                        _waiting.Add(item);
                    }

                    break;
            }
        }

        public void Write(Utf8JsonWriter json)
        {
            json.WriteStartObject("message");
            json.WriteString("role", "assistant");
            json.WriteString("content", _text.Length > 0 || (_refusal.Length == 0 && !HasCalls) ? _text.ToString() : null);
            json.WriteString("refusal", _refusal.Length > 0 ? _refusal.ToString() : null);
            if (_thought.Length > 0)
            {
                json.WriteString("reasoning_content", _thought.ToString());
            }

            if (_sealed.Count > 0)
            {
                json.WriteStartArray("thinking_blocks");
                _sealed.ForEach(one => SealedReasoning.Write(json, one.Item, one.Before));
                json.WriteEndArray();
            }

            if (HasCalls)
            {
                json.WriteStartArray("tool_calls");
                _calls.ForEach(call => WriteCall(json, call));
                json.WriteEndArray();
            }

            json.WriteEndObject();
        }

        private void Seal(string before)
        {
            _sealed.AddRange(_waiting.Select(item => (item, before)));
            _waiting.Clear();
        }

        private static void WriteCall(Utf8JsonWriter json, JsonElement call)
        {
            json.WriteStartObject();
            json.WriteString("id", CallId(call));
            json.WriteString("type", "function");
            json.WriteStartObject("function");
            json.WriteString("name", call.TextField("name") ?? "");
            json.WriteString("arguments", call.TextField("arguments") is { } said && !string.IsNullOrWhiteSpace(said) ? said : "{}");
            json.WriteEndObject();
            json.WriteEndObject();
        }

        private static string CallId(JsonElement call) => call.TextField("call_id") ?? call.TextField("id") ?? "";
    }
}
