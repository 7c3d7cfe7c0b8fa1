using System.Text.Json;

namespace Farthing.Gateway.Translation.Requests;

/// <summary>Tools and choice of a tool of chat completions as those of OpenAI's Responses.</summary>
internal static class ChatItemTools
{
    /// <summary>Writes <c>tools</c>, <c>tool_choice</c> and <c>parallel_tool_calls</c>.</summary>
    public static void Write(Utf8JsonWriter json, RequestNode request) => ToolFields.Write(json, request, WriteTool, WriteChoice);

    private static void WriteTool(Utf8JsonWriter json, RequestNode tool)
    {
        switch (tool.Needed("type").Text())
        {
            case "function":
                RequestNode function = tool.Needed("function").Object();
                json.WriteStartObject();
                json.WriteString("type", "function");
                json.WriteString("name", function.Needed("name").Text());
                if (function["description"] is { } about)
                {
                    json.Copy("description", about.Element);
                }

                json.WritePropertyName("parameters");
                WriteSchema(json, function["parameters"]);

                // A response's functions are strict where nothing is said, and a chat's are not.
                json.WriteBoolean("strict", function["strict"] is { IsTrue: true });
                json.WriteEndObject();
                break;
            case "custom":
                throw tool.Needed("type").Refusal("tools of type 'custom' are not translated into a response's. Describe it as a function.");
            default:
                // One of Responses' own, such as web_search, without which models of deep research do nothing.
                tool.Element.WriteTo(json);
                break;
        }
    }

    private static void WriteSchema(Utf8JsonWriter json, RequestNode? schema)
    {
        if (schema is not null)
        {
            schema.Object().Element.WriteTo(json);
            return;
        }

        json.WriteStartObject();
        json.WriteString("type", "object");
        json.WriteStartObject("properties");
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

        switch (choice.Object().Needed("type").Text())
        {
            case "function":
                WriteFunction(json, choice);
                break;
            case "allowed_tools":
                RequestNode allowed = choice.Needed("allowed_tools").Object();
                json.WriteStartObject();
                json.WriteString("type", "allowed_tools");
                json.WriteString("mode", ToolChoice.Mode(allowed.Needed("mode")));
                json.WriteStartArray("tools");
                foreach (RequestNode tool in allowed.Needed("tools").Items())
                {
                    WriteFunction(json, tool.Object());
                }

                json.WriteEndArray();
                json.WriteEndObject();
                break;
            case "custom":
                throw choice.Needed("type").Refusal("tools of type 'custom' are not translated into a response's. Describe it as a function.");
            default:
                choice.Element.WriteTo(json);
                break;
        }
    }

    private static void WriteFunction(Utf8JsonWriter json, RequestNode named)
    {
        if (named["function"] is not { } function)
        {
            named.Element.WriteTo(json);
            return;
        }

        json.WriteStartObject();
        json.WriteString("type", "function");
        json.WriteString("name", function.Object().Needed("name").Text());
        json.WriteEndObject();
    }
}
