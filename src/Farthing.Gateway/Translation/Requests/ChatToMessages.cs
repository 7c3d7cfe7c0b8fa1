using System.Text.Json;

namespace Farthing.Gateway.Translation.Requests;

/// <summary>An OpenAI Chat Completions request as an Anthropic Messages request.</summary>
public static class ChatToMessages
{
    private static readonly HashSet<string> Known = new(StringComparer.Ordinal)
    {
        "model", "messages", "max_tokens", "max_completion_tokens", "temperature", "top_p", "top_k", "stop", "stream", "stream_options",
        "tools", "tool_choice", "parallel_tool_calls", "response_format", "user", "safety_identifier", "reasoning_effort", "thinking",
        "n", "logprobs", "top_logprobs", "modalities",
    };

    private static readonly string[] Refused = ["functions", "function_call", "audio", "web_search_options"];

    /// <summary>Translates.</summary>
    /// <param name="body">The request, UTF-8 JSON.</param>
    /// <param name="options">What the model takes.</param>
    /// <exception cref="RequestRefusedException">It is no request, or Anthropic has no form for it.</exception>
    public static TranslatedRequest Translate(ReadOnlyMemory<byte> body, TranslationOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        return RequestNode.Read(body, request => Translate(request, options));
    }

    private static TranslatedRequest Translate(RequestNode request, TranslationOptions options)
    {
        Refuse(request);
        ThinkingPlan thinking = ThinkingPlan.Of(request, options);
        ChatTools tools = ChatTools.Read(request, options, thinking.IsOn);
        var answer = new AnswerContext
        {
            IsStream = request["stream"]?.IsTrue ?? false,
            IncludeUsage = request["stream_options"]?["include_usage"]?.IsTrue ?? false,
            JsonTool = tools.JsonTool,
            Created = options.Now,
        };
        byte[] written = JsonForms.Write(json =>
        {
            json.WriteStartObject();
            json.WriteString("model", options.Model ?? request.Needed("model").Text());
            json.WriteNumber("max_tokens", thinking.MaxTokens);
            new ChatTurns(json).Write(request.Needed("messages"), thinking.IsOn);
            WriteSampling(json, request, options, thinking.IsOn);
            WriteStop(json, request);
            tools.Write(json);
            thinking.Write(json, tools.Format);
            if ((request["safety_identifier"] ?? request["user"]) is { } user)
            {
                json.WriteStartObject("metadata");
                json.WriteString("user_id", user.Text());
                json.WriteEndObject();
            }

            if (answer.IsStream)
            {
                json.WriteBoolean("stream", true);
            }

            json.WriteEndObject();
        });
        return new TranslatedRequest(written, answer, [.. DroppedFields.Of(request, Known), .. LeftOut(request, options, thinking)]);
    }

    private static void Refuse(RequestNode request)
    {
        if (request["n"] is { } choices && choices.Whole(1) > 1)
        {
            throw choices.Refusal("an Anthropic model gives one answer. Leave it out, or send the request several times.");
        }

        if (request["logprobs"] is { IsTrue: true } logprobs)
        {
            throw logprobs.Refusal("an Anthropic model gives no log probabilities. Leave it out.");
        }

        if (request["top_logprobs"] is { } top && top.Whole(0) > 0)
        {
            throw top.Refusal("an Anthropic model gives no log probabilities. Leave it out.");
        }

        foreach (RequestNode kind in request["modalities"]?.Items() ?? [])
        {
            if (kind.Text() != "text")
            {
                throw kind.Refusal("an Anthropic model answers in text alone.");
            }
        }

        foreach (string field in Refused)
        {
            if (request[field] is { } found)
            {
                throw found.Refusal(field.StartsWith("function", StringComparison.Ordinal)
                    ? "functions were replaced by tools. Send 'tools' and 'tool_choice'."
                    : "an Anthropic model has no form of this. Leave it out.");
            }
        }
    }

    /// <summary>Known fields that the model refuses, beside another field or while it thinks.</summary>
    private static IEnumerable<string> LeftOut(RequestNode request, TranslationOptions options, ThinkingPlan thinking)
    {
        bool isSampled = options.TakesSampling && !thinking.IsOn;
        foreach (string field in (string[])["temperature", "top_p", "top_k"])
        {
            if (request[field] is not null && (!isSampled || (field == "top_p" && request["temperature"] is not null)))
            {
                yield return field;
            }
        }

        if (thinking.LeavesEffortOut)
        {
            yield return "reasoning_effort";
        }
    }

    /// <summary>Anthropic's scale of temperature ends at 1, takes one of temperature and top_p, and neither while thinking.</summary>
    private static void WriteSampling(Utf8JsonWriter json, RequestNode request, TranslationOptions options, bool isThinking)
    {
        double? temperature = request["temperature"]?.Number(0, 2);
        double? share = request["top_p"]?.Number(0, 1);
        if (!options.TakesSampling || isThinking)
        {
            return;
        }

        if (temperature is { } wanted)
        {
            json.WriteNumber("temperature", Math.Min(wanted, 1));
        }
        else if (share is { } part)
        {
            json.WriteNumber("top_p", part);
        }

        if (request["top_k"] is { } most)
        {
            json.WriteNumber("top_k", most.Whole(1));
        }
    }

    private static void WriteStop(Utf8JsonWriter json, RequestNode request)
    {
        if (request["stop"] is not { } stop)
        {
            return;
        }

        json.WriteStartArray("stop_sequences");
        foreach (RequestNode word in stop.IsText ? [stop] : stop.Items())
        {
            json.WriteStringValue(string.IsNullOrWhiteSpace(word.Text())
                ? throw word.Refusal("Anthropic refuses a stop sequence of white space alone. Use one with a letter or a mark.")
                : word.Text());
        }

        json.WriteEndArray();
    }
}
