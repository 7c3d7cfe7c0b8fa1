using System.Text.Json;

namespace Farthing.Gateway.Translation.Requests;

/// <summary>The wanted form of the answer of chat completions as that of OpenAI's Responses.</summary>
internal static class ChatItemText
{
    /// <summary>Writes <c>text</c>: the answer's form and how much it says.</summary>
    public static void Write(Utf8JsonWriter json, RequestNode request)
    {
        RequestNode? format = request["response_format"]?.Object();
        string? kind = format?.Needed("type").Text();
        string? verbosity = request.Text("verbosity");
        if (kind is null or "text" && verbosity is null)
        {
            return;
        }

        json.WriteStartObject("text");
        if (kind is not (null or "text"))
        {
            json.WriteStartObject("format");
            json.WriteString("type", kind is "json_object" or "json_schema"
                ? kind
                : throw format!.Needed("type").Refusal($"'{kind}' is unknown; there are text, json_object and json_schema."));
            if (kind == "json_schema")
            {
                RequestNode wanted = format!.Needed("json_schema").Object();
                json.WriteString("name", wanted.Text("name") ?? "answer");
                foreach (string field in (ReadOnlySpan<string>)["description", "schema", "strict"])
                {
                    if (wanted[field] is { } said)
                    {
                        json.Copy(field, said.Element);
                    }
                }
            }

            json.WriteEndObject();
        }

        if (verbosity is not null)
        {
            json.WriteString("verbosity", verbosity);
        }

        json.WriteEndObject();
    }
}
