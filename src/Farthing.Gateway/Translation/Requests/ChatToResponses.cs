namespace Farthing.Gateway.Translation.Requests;

/// <summary>An OpenAI Chat Completions request as a Responses request, for models that are served by those alone.</summary>
public static class ChatToResponses
{
    private static readonly HashSet<string> Known = new(StringComparer.Ordinal)
    {
        "model", "messages", "max_tokens", "max_completion_tokens", "temperature", "top_p", "stop", "stream", "stream_options", "tools", "tool_choice",
        "parallel_tool_calls", "response_format", "verbosity", "reasoning_effort", "reasoning", "n", "logprobs", "top_logprobs", "modalities", "store",
    };

    /// <summary>Fields of the same name and meaning, and those of Responses that a chat's client may write all the same.</summary>
    private static readonly string[] Same =
        ["user", "safety_identifier", "metadata", "service_tier", "prompt_cache_key", "prompt_cache_retention", "truncation", "max_tool_calls"];

    private static readonly (string Field, string Message)[] Refused =
    [
        ("functions", "functions were replaced by tools. Send 'tools' and 'tool_choice'."),
        ("function_call", "functions were replaced by tools. Send 'tools' and 'tool_choice'."),
        ("audio", "this model answers in text alone. Leave it out."),
        ("web_search_options", "this model searches by a tool. Send {\"type\":\"web_search\"} in 'tools'."),
        ("previous_response_id", "a chat's client sends the whole conversation. Send its messages, or ask /v1/responses."),
        ("conversation", "a chat's client sends the whole conversation. Send its messages, or ask /v1/responses."),
    ];

    /// <summary>Translates.</summary>
    /// <param name="body">The request, UTF-8 JSON.</param>
    /// <param name="options">What the model takes.</param>
    /// <exception cref="RequestRefusedException">It is no request, or Responses have no form for it.</exception>
    public static TranslatedRequest Translate(ReadOnlyMemory<byte> body, TranslationOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        return RequestNode.Read(body, request => Translate(request, options));
    }

    private static TranslatedRequest Translate(RequestNode request, TranslationOptions options)
    {
        Refuse(request);
        List<string> dropped = [.. DroppedFields.Of(request, Known).Except(Same, StringComparer.Ordinal)];
        var answer = new AnswerContext
        {
            IsStream = request["stream"]?.IsTrue ?? false,
            IncludeUsage = request["stream_options"]?["include_usage"]?.IsTrue ?? false,
            Created = options.Now,
        };
        byte[] written = JsonForms.Write(json =>
        {
            json.WriteStartObject();
            json.WriteString("model", options.Model ?? request.Needed("model").Text());
            new ChatItems(json).Write(request.Needed("messages"));
            if ((request["max_completion_tokens"] ?? request["max_tokens"]) is { } limit)
            {
                json.WriteNumber("max_output_tokens", limit.Whole(1));
            }

            SamplingFields.Write(json, request, options, dropped);
            ChatItemThinking.Write(json, request);
            ChatItemTools.Write(json, request);
            ChatItemText.Write(json, request);
            ChatItemThinking.WriteIncluded(json, request, options);
            foreach (string field in Same)
            {
                if (request[field] is { } said)
                {
                    json.Copy(field, said.Element);
                }
            }

            // OpenAI keeps a response for 30 days where nothing is said, and a chat's completion not at all.
            json.WriteBoolean("store", request["store"]?.IsTrue ?? false);
            if (answer.IsStream)
            {
                json.WriteBoolean("stream", true);
            }

            json.WriteEndObject();
        });
        return new TranslatedRequest(written, answer, dropped);
    }

    private static void Refuse(RequestNode request)
    {
        if (request["n"] is { } choices && choices.Whole(1) > 1)
        {
            throw choices.Refusal("this model gives one answer. Leave it out, or send the request several times.");
        }

        if (request["stop"] is { } stop && (stop.IsText || stop.Items().Any()))
        {
            throw stop.Refusal("this model takes no stop sequences. Leave it out.");
        }

        foreach (RequestNode kind in request["modalities"]?.Items() ?? [])
        {
            if (kind.Text() != "text")
            {
                throw kind.Refusal("this model answers in text alone.");
            }
        }

        foreach ((string field, string message) in Refused)
        {
            if (request[field] is { } found)
            {
                throw found.Refusal(message);
            }
        }

        if (request["background"] is { IsTrue: true } background)
        {
            throw background.Refusal("a chat is answered at once. Leave it out, or ask /v1/responses.");
        }
    }
}
