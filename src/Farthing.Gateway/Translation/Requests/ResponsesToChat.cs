using System.Text.Json;

namespace Farthing.Gateway.Translation.Requests;

/// <summary>An OpenAI Responses request as a Chat Completions request.</summary>
public static class ResponsesToChat
{
    private static readonly HashSet<string> Known = new(StringComparer.Ordinal)
    {
        "model", "input", "instructions", "max_output_tokens", "temperature", "top_p", "stream", "stream_options", "tools", "tool_choice",
        "parallel_tool_calls", "text", "reasoning", "include", "metadata", "user", "safety_identifier", "top_logprobs",
        "previous_response_id", "conversation", "prompt", "background", "store", "truncation",
    };

    /// <summary>What is kept at the provider that made it, and what is said of it.</summary>
    private static readonly (string Field, string Message)[] Kept =
    [
        ("previous_response_id", "the response is kept at another provider, or nowhere, and this one can't look it up. Send the conversation's items in 'input'."),
        ("conversation", "the conversation is kept at another provider, and this one can't look it up. Send its items in 'input'."),
        ("prompt", "the template is kept at another provider, and this one can't look it up. Send 'instructions' and 'input'."),
    ];

    /// <summary>Translates.</summary>
    /// <param name="body">The request, UTF-8 JSON.</param>
    /// <param name="options">What the model takes.</param>
    /// <exception cref="RequestRefusedException">It is no request, or a chat has no form for it.</exception>
    public static TranslatedRequest Translate(ReadOnlyMemory<byte> body, TranslationOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        return RequestNode.Read(body, request => Translate(request, options).Request);
    }

    /// <summary>Translates, and says where each message came from.</summary>
    internal static (TranslatedRequest Request, ResponsesPaths Paths) Translate(RequestNode request, TranslationOptions options)
    {
        Refuse(request);
        List<string> dropped = [.. DroppedFields.Of(request, Known)];
        ResponsesTurns? turns = null;
        bool isStream = request["stream"]?.IsTrue ?? false;
        byte[] written = JsonForms.Write(json =>
        {
            json.WriteStartObject();
            json.WriteString("model", options.Model ?? request.Needed("model").Text());
            turns = new ResponsesTurns(json, options);
            turns.Write(request);
            if (request["max_output_tokens"] is { } limit)
            {
                json.WriteNumber(options.MaxTokensField, limit.Whole(1));
            }

            WriteSampling(json, request, options, dropped);
            ResponsesTools.Write(json, request);
            ResponsesTools.WriteFormat(json, request);
            WriteProbabilities(json, request);
            if ((request["safety_identifier"] ?? request["user"]) is { } user)
            {
                json.WriteString("user", user.Text());
            }

            if (isStream)
            {
                json.WriteBoolean("stream", true);
            }

            json.WriteEndObject();
        });
        AddDropped(request, turns!, dropped);
        var answer = new AnswerContext { IsStream = isStream, IncludeUsage = true, Created = options.Now, Response = ResponseEcho.Of(request) };
        return (new TranslatedRequest(written, answer, dropped), new ResponsesPaths(turns!.Origins));
    }

    private static void Refuse(RequestNode request)
    {
        foreach ((string field, string message) in Kept)
        {
            if (request[field] is { } found)
            {
                throw found.Refusal(message);
            }
        }

        if (request["background"] is { IsTrue: true } background)
        {
            throw background.Refusal("this provider answers at once or not at all. Leave it out.");
        }
    }

    private static void WriteSampling(Utf8JsonWriter json, RequestNode request, TranslationOptions options, List<string> dropped)
    {
        SamplingFields.Write(json, request, options, dropped);
        if (request["reasoning"]?.Object()["effort"] is { } effort)
        {
            if (options.Reasoning == ReasoningForm.Effort)
            {
                json.WriteString("reasoning_effort", effort.Text());
            }
            else
            {
                dropped.Add("reasoning.effort");
            }
        }
    }

    private static void WriteProbabilities(Utf8JsonWriter json, RequestNode request)
    {
        bool isAsked = request["include"]?.Items().Any(static word => word.Text() == "message.output_text.logprobs") ?? false;
        long most = request["top_logprobs"]?.Whole(0) ?? 0;
        if (isAsked || most > 0)
        {
            json.WriteBoolean("logprobs", true);
        }

        if (most > 0)
        {
            json.WriteNumber("top_logprobs", most);
        }
    }

    /// <summary>What a provider without Responses does not do, though the answer keeps its form.</summary>
    private static void AddDropped(RequestNode request, ResponsesTurns turns, List<string> dropped)
    {
        if (request["store"] is { IsTrue: true })
        {
            dropped.Add("store");
        }

        if (request["truncation"] is { } truncation && truncation.Text() != "disabled")
        {
            dropped.Add("truncation");
        }

        if (request["text"]?["verbosity"] is not null)
        {
            dropped.Add("text.verbosity");
        }

        if (turns.LeftThinkingOut)
        {
            dropped.Add("input.reasoning");
        }
    }
}
