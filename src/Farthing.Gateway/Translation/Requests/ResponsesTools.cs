using System.Text.Json;

namespace Farthing.Gateway.Translation.Requests;

/// <summary>Tools, choice of a tool and wanted form of the answer of OpenAI's Responses as those of chat completions.</summary>
internal static class ResponsesTools
{
    /// <summary>Writes <c>tools</c>, <c>tool_choice</c> and <c>parallel_tool_calls</c>.</summary>
    public static void Write(Utf8JsonWriter json, RequestNode request) => ToolFields.Write(json, request, WriteTool, WriteChoice);

    /// <summary>Writes <c>response_format</c>.</summary>
    public static void WriteFormat(Utf8JsonWriter json, RequestNode request)
    {
        if (request["text"]?.Object()["format"] is not { } format)
        {
            return;
        }

        switch (format.Object().Needed("type").Text())
        {
            case "text":
                break;
            case "json_object":
                json.WriteStartObject("response_format");
                json.WriteString("type", "json_object");
                json.WriteEndObject();
                break;
            case "json_schema":
                json.WriteStartObject("response_format");
                json.WriteString("type", "json_schema");
                json.WriteStartObject("json_schema");
                json.WriteString("name", format.Text("name") ?? "answer");
                foreach (string field in (ReadOnlySpan<string>)["description", "schema", "strict"])
                {
                    if (format[field] is { } said)
                    {
                        json.Copy(field, said.Element);
                    }
                }

                json.WriteEndObject();
                json.WriteEndObject();
                break;
            case var other:
                throw format.Needed("type").Refusal($"'{other}' is unknown; there are text, json_object and json_schema.");
        }
    }

    private static void WriteTool(Utf8JsonWriter json, RequestNode tool)
    {
        if (tool.Needed("type").Text() is not "function")
        {
            throw tool.Needed("type").Refusal($"tools of type '{tool.Text("type")}' run at a provider that speaks Responses or are known to its models alone; this one knows functions alone.");
        }

        json.WriteStartObject();
        json.WriteString("type", "function");
        json.WriteStartObject("function");
        json.WriteString("name", tool.Needed("name").Text());
        foreach (string field in (ReadOnlySpan<string>)["description", "parameters"])
        {
            if (tool[field] is { } said)
            {
                json.Copy(field, said.Element);
            }
        }

        if (tool["strict"] is { IsTrue: true })
        {
            json.WriteBoolean("strict", true);
        }

        json.WriteEndObject();
        json.WriteEndObject();
    }

    private static void WriteChoice(Utf8JsonWriter json, RequestNode choice)
    {
        if (choice.IsText)
        {
            json.WriteStringValue(ToolChoice.Mode(choice));
            return;
        }

        json.WriteStartObject();
        switch (choice.Object().Needed("type").Text())
        {
            case "function":
                WriteFunction(json, choice);
                break;
            case "allowed_tools":
                json.WriteString("type", "allowed_tools");
                json.WriteStartObject("allowed_tools");
                json.WriteString("mode", ToolChoice.Mode(choice.Needed("mode")));
                json.WriteStartArray("tools");
                foreach (RequestNode tool in choice.Needed("tools").Items())
                {
                    json.WriteStartObject();
                    WriteFunction(json, tool.Object());
                    json.WriteEndObject();
                }

                json.WriteEndArray();
                json.WriteEndObject();
                break;
            case var other:
                throw choice.Needed("type").Refusal($"'{other}' has no form at this provider; there are function and allowed_tools.");
        }

        json.WriteEndObject();
    }

    private static void WriteFunction(Utf8JsonWriter json, RequestNode named)
    {
        if (named.Needed("type").Text() != "function")
        {
            throw named.Needed("type").Refusal("this provider knows functions alone.");
        }

        json.WriteString("type", "function");
        json.WriteStartObject("function");
        json.WriteString("name", named.Needed("name").Text());
        json.WriteEndObject();
    }
}
