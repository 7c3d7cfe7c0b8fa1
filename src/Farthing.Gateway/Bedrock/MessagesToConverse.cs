using System.Text.Json;
using Farthing.Gateway.Translation;
using Farthing.Gateway.Translation.Requests;

namespace Farthing.Gateway.Bedrock;

/// <summary>A request of Anthropic's messages as one of AWS's Converse.</summary>
/// <remarks>https://docs.aws.amazon.com/bedrock/latest/APIReference/API_runtime_Converse.html</remarks>
internal static class MessagesToConverse
{
    // What Claude alone knows goes to it as it is.
    private static readonly string[] ForClaude = ["top_k", "thinking"];

    /// <summary>Translates.</summary>
    /// <param name="body">UTF-8 JSON.</param>
    /// <exception cref="RequestRefusedException">It has something that Converse can't say.</exception>
    public static ConverseRequest Translate(ReadOnlyMemory<byte> body) => RequestNode.Read(body, static request => new ConverseRequest(
        request.Needed("model").Text(),
        request["stream"]?.IsTrue ?? false,
        JsonForms.Write(json => Write(json, request))));

    private static void Write(Utf8JsonWriter json, RequestNode request)
    {
        json.WriteStartObject();
        var blocks = new ConverseBlocks(json);
        if (request["system"] is { } system)
        {
            blocks.WriteSystem(system);
        }

        json.WriteStartArray("messages");
        foreach (RequestNode message in request.Needed("messages").Items())
        {
            blocks.WriteMessage(message.Object());
        }

        json.WriteEndArray();
        WriteLimits(json, request);
        ConverseTools.Write(json, request);
        if (request["output_config"]?["format"] is { } format)
        {
            WriteFormat(json, format.Object());
        }

        RequestNode? effort = request["output_config"]?["effort"];
        if (request.Needed("model").Text().Contains("anthropic.", StringComparison.Ordinal) && (effort is not null || ForClaude.Any(field => request[field] is not null)))
        {
            json.WriteStartObject("additionalModelRequestFields");
            if (effort is not null)
            {
                json.WriteStartObject("output_config");
                json.WriteString("effort", effort.Text());
                json.WriteEndObject();
            }

            foreach (string field in ForClaude.Where(field => request[field] is not null))
            {
                json.Copy(field, request[field]!.Element);
            }

            json.WriteEndObject();
        }

        json.WriteEndObject();
    }

    private static void WriteLimits(Utf8JsonWriter json, RequestNode request)
    {
        json.WriteStartObject("inferenceConfig");
        json.WriteNumber("maxTokens", request.Needed("max_tokens").Whole(1));
        foreach (var (from, to) in (ReadOnlySpan<(string, string)>)[("temperature", "temperature"), ("top_p", "topP")])
        {
            if (request[from] is { } number)
            {
                number.Number(0, 1);
                json.Copy(to, number.Element);
            }
        }

        if (request["stop_sequences"] is { } stops)
        {
            json.WriteStartArray("stopSequences");
            foreach (RequestNode stop in stops.Items())
            {
                json.WriteStringValue(stop.Text());
            }

            json.WriteEndArray();
        }

        json.WriteEndObject();
    }

    private static void WriteFormat(Utf8JsonWriter json, RequestNode format)
    {
        if (format.Needed("type").Text() != "json_schema")
        {
            throw format.Needed("type").Refusal("must be 'json_schema'.");
        }

        json.WriteStartObject("outputConfig");
        json.WriteStartObject("textFormat");
        json.WriteString("type", "json_schema");
        json.WriteStartObject("structure");
        json.WriteStartObject("jsonSchema");
        json.WriteString("schema", format.Needed("schema").Object().Element.GetRawText());
        json.WriteString("name", "answer");
        json.WriteEndObject();
        json.WriteEndObject();
        json.WriteEndObject();
        json.WriteEndObject();
    }
}
