using System.Text.Json;

namespace Farthing.Gateway.Translation.Requests;

/// <summary>An Anthropic Messages request as an OpenAI Chat Completions request.</summary>
public static class MessagesToChat
{
    /// <summary>OpenAI's limit.</summary>
    private const int MostStops = 4;

    private static readonly HashSet<string> Known = new(StringComparer.Ordinal)
    {
        "model", "messages", "system", "max_tokens", "temperature", "top_p", "stop_sequences", "stream", "tools", "tool_choice", "metadata",
        "thinking", "output_config", "output_format",
    };

    private static readonly string[] Refused = ["container", "mcp_servers"];

    /// <summary>Translates.</summary>
    /// <param name="body">The request, UTF-8 JSON.</param>
    /// <param name="options">What the model takes.</param>
    /// <exception cref="RequestRefusedException">It is no request, or OpenAI has no form for it.</exception>
    public static TranslatedRequest Translate(ReadOnlyMemory<byte> body, TranslationOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        return RequestNode.Read(body, request => Translate(request, options));
    }

    private static TranslatedRequest Translate(RequestNode request, TranslationOptions options)
    {
        foreach (string field in Refused)
        {
            if (request[field] is { } found && !(found.IsList && !found.Items().Any()))
            {
                throw found.Refusal("runs on Anthropic's own servers, and an OpenAI model has no form of this. Leave it out.");
            }
        }

        bool isStream = request["stream"]?.IsTrue ?? false;
        byte[] written = JsonForms.Write(json =>
        {
            json.WriteStartObject();
            json.WriteString("model", options.Model ?? request.Needed("model").Text());
            new MessagesTurns(json, options).Write(request);
            json.WriteNumber(options.MaxTokensField, request.Needed("max_tokens").Whole(1));
            WriteSampling(json, request, options);
            MessagesTools.Write(json, request);
            WriteFormat(json, request);
            if (Effort(request) is { } effort && options.Reasoning == ReasoningForm.Effort)
            {
                json.WriteString("reasoning_effort", effort);
            }

            if (request["metadata"]?.Text("user_id") is { Length: > 0 } user)
            {
                json.WriteString("user", user);
            }

            if (isStream)
            {
                // Whether its usage must be asked for is the provider's quirk, and some refuse to be asked.
                json.WriteBoolean("stream", true);
            }

            json.WriteEndObject();
        });
        return new TranslatedRequest(
            written, new AnswerContext { IsStream = isStream, IncludeUsage = true, Created = options.Now }, [.. DroppedFields.Of(request, Known), .. LeftOut(request, options)]);
    }

    /// <summary>Known fields that the model has no form for.</summary>
    private static IEnumerable<string> LeftOut(RequestNode request, TranslationOptions options)
    {
        foreach (string field in (string[])["temperature", "top_p"])
        {
            if (request[field] is not null && !options.TakesSampling)
            {
                yield return field;
            }
        }

        if (Effort(request) is not null && options.Reasoning != ReasoningForm.Effort)
        {
            yield return request["thinking"] is not null ? "thinking" : "output_config.effort";
        }
    }

    private static void WriteSampling(Utf8JsonWriter json, RequestNode request, TranslationOptions options)
    {
        double? temperature = request["temperature"]?.Number(0, 1);
        double? share = request["top_p"]?.Number(0, 1);
        if (options.TakesSampling)
        {
            if (temperature is { } wanted)
            {
                json.WriteNumber("temperature", wanted);
            }

            if (share is { } part)
            {
                json.WriteNumber("top_p", part);
            }
        }

        if (request["stop_sequences"] is not { } stops)
        {
            return;
        }

        List<string> words = [.. stops.Items().Select(static word => word.Text())];
        if (words.Count > MostStops)
        {
            throw stops.Refusal("an OpenAI model takes at most 4 stop sequences.");
        }

        if (words.Count > 0)
        {
            json.WriteStartArray("stop");
            words.ForEach(json.WriteStringValue);
            json.WriteEndArray();
        }
    }

    private static void WriteFormat(Utf8JsonWriter json, RequestNode request)
    {
        if ((request["output_config"]?.Object()["format"] ?? request["output_format"]) is not { } format)
        {
            return;
        }

        if (format.Object().Needed("type").Text() != "json_schema")
        {
            throw format.Needed("type").Refusal("must be 'json_schema'.");
        }

        JsonElement schema = format.Needed("schema").Object().Element;
        json.WriteStartObject("response_format");
        json.WriteString("type", "json_schema");
        json.WriteStartObject("json_schema");
        json.WriteString("name", "answer");
        json.Copy("schema", schema);
        if (StrictSchema.Fits(schema))
        {
            json.WriteBoolean("strict", true);
        }

        json.WriteEndObject();
        json.WriteEndObject();
    }

    /// <summary>An effort said outright, else one for the budget: the other translation's table read backwards.</summary>
    private static string? Effort(RequestNode request)
    {
        RequestNode? thinking = request["thinking"];
        RequestNode? said = request["output_config"]?["effort"];
        string? effort = said?.Text() switch
        {
            null => null,
            "low" or "medium" or "high" => said.Text(),
            "xhigh" or "max" => "high",
            _ => throw said.Refusal("must be one of low, medium, high, xhigh and max."),
        };
        return thinking?.Object().Needed("type").Text() switch
        {
            null => effort,
            "disabled" => null,
            "enabled" => effort ?? thinking.Needed("budget_tokens").Whole(1) switch
            {
                < 4_096 => "low",
                < 16_384 => "medium",
                _ => "high",
            },
            _ => effort ?? "medium",
        };
    }
}
