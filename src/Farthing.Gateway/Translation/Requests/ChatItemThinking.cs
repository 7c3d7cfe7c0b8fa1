using System.Text.Json;

namespace Farthing.Gateway.Translation.Requests;

/// <summary>How far a model thinks, and what an answer has beside its text, of chat completions as OpenAI's Responses say it.</summary>
internal static class ChatItemThinking
{
    /// <summary>Writes <c>reasoning</c>. Besides a chat's own field, some clients write that of Responses, which can ask for a summary too.</summary>
    public static void Write(Utf8JsonWriter json, RequestNode request)
    {
        string? effort = request.Text("reasoning_effort");
        RequestNode? reasoning = request["reasoning"]?.Object();
        if (effort is null && reasoning is null)
        {
            return;
        }

        json.WriteStartObject("reasoning");
        if (effort is not null)
        {
            json.WriteString("effort", effort);
        }

        foreach (JsonProperty field in reasoning is null ? default : reasoning.Element.EnumerateObject())
        {
            if (effort is null || !field.NameEquals("effort"u8))
            {
                json.Copy(field.Name, field.Value);
            }
        }

        json.WriteEndObject();
    }

    /// <summary>Writes <c>include</c>, what an answer is to have beside its text, and <c>top_logprobs</c>.</summary>
    public static void WriteIncluded(Utf8JsonWriter json, RequestNode request, TranslationOptions options)
    {
        long most = request["top_logprobs"]?.Whole(0) ?? 0;
        List<string> included = [];
        if (most > 0 || request["logprobs"] is { IsTrue: true })
        {
            included.Add("message.output_text.logprobs");
        }

        // Models that don't think refuse to be asked, and without tools earlier thinking is of no use to the next turn.
        if (options.SealsReasoning && request["tools"]?.Items().Any() == true)
        {
            included.Add(SealedReasoning.Included);
        }

        if (included.Count > 0)
        {
            json.WriteStartArray("include");
            included.ForEach(json.WriteStringValue);
            json.WriteEndArray();
        }

        if (most > 0)
        {
            json.WriteNumber("top_logprobs", most);
        }
    }
}
