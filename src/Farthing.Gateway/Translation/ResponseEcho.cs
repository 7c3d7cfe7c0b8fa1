using System.Text.Json;
using Farthing.Gateway.Translation.Requests;

namespace Farthing.Gateway.Translation;

/// <summary>What a response says of the request that it answers, as OpenAI's Responses repeat it; SDKs need some of it.</summary>
/// <param name="Fields">The fields, an object.</param>
/// <param name="WantsSummary">Whether the client asked for a summary of the thinking.</param>
/// <param name="WantsSealed">Whether the client asked for the thinking in a form that it sends back.</param>
public sealed record ResponseEcho(JsonElement Fields, bool WantsSummary, bool WantsSealed)
{
    /// <summary>The request's fields and what stands for each where it is left out.</summary>
    private static readonly (string Name, string Otherwise)[] Repeated =
    [
        ("instructions", "null"), ("max_output_tokens", "null"), ("max_tool_calls", "null"), ("metadata", "{}"),
        ("parallel_tool_calls", "true"), ("safety_identifier", "null"), ("temperature", "1"), ("tool_choice", "\"auto\""), ("tools", "[]"), ("top_logprobs", "0"),
        ("top_p", "1"), ("user", "null"),
    ];

    /// <summary>A response to no request in particular.</summary>
    public static ResponseEcho None { get; } = new(default, false, false);

    /// <summary>Reads a request of Responses.</summary>
    internal static ResponseEcho Of(RequestNode request)
    {
        byte[] fields = JsonForms.Write(json => Write(json, request));
        using var document = JsonDocument.Parse(fields);
        RequestNode? reasoning = request["reasoning"]?.Object();
        return new ResponseEcho(
            document.RootElement.Clone(),
            (reasoning?["summary"] ?? reasoning?["generate_summary"]) is not null,
            request["include"]?.Items().Any(static word => word.Text() == "reasoning.encrypted_content") ?? false);
    }

    private static void Write(Utf8JsonWriter json, RequestNode request)
    {
        json.WriteStartObject();
        json.WriteBoolean("background", false);
        foreach ((string name, string otherwise) in Repeated)
        {
            json.WritePropertyName(name);
            if (request[name] is { } said)
            {
                said.Element.WriteTo(json);
            }
            else
            {
                json.WriteRawValue(otherwise);
            }
        }

        // A provider that doesn't speak Responses keeps none: what follows on it must bring the whole conversation.
        json.WriteNull("previous_response_id");
        json.WriteBoolean("store", false);
        json.WriteString("service_tier", "default");
        json.WriteString("truncation", "disabled");
        RequestNode? reasoning = request["reasoning"];
        json.WriteStartObject("reasoning");
        json.WriteString("effort", reasoning?.Text("effort"));
        json.WriteString("summary", reasoning?.Text("summary"));
        json.WriteEndObject();
        json.WriteStartObject("text");
        json.WritePropertyName("format");
        if (request["text"]?["format"] is { } format)
        {
            format.Element.WriteTo(json);
        }
        else
        {
            json.WriteRawValue("""{"type":"text"}""");
        }

        json.WriteEndObject();
        json.WriteEndObject();
    }
}
