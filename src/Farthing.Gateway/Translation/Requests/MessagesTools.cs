using System.Text.Json;

namespace Farthing.Gateway.Translation.Requests;

/// <summary>Anthropic's tools and choice of a tool as OpenAI's.</summary>
internal static class MessagesTools
{
    /// <summary>Writes <c>tools</c>, <c>tool_choice</c> and <c>parallel_tool_calls</c>.</summary>
    public static void Write(Utf8JsonWriter json, RequestNode request)
    {
        List<RequestNode> tools = [.. request["tools"]?.Items() ?? []];
        if (tools.Count == 0)
        {
            return;
        }

        json.WriteStartArray("tools");
        foreach (RequestNode tool in tools)
        {
            WriteTool(json, tool.Object());
        }

        json.WriteEndArray();
        if (request["tool_choice"] is { } choice)
        {
            WriteChoice(json, choice.Object());
        }
    }

    private static void WriteTool(Utf8JsonWriter json, RequestNode tool)
    {
        if (tool.Text("type") is { } type and not "custom")
        {
            throw tool.Needed("type").Refusal($"tools of type '{type}' run at Anthropic or are known to its models alone. Describe it as a tool with an input_schema.");
        }

        json.WriteStartObject();
        json.WriteString("type", "function");
        json.WriteStartObject("function");
        json.WriteString("name", tool.Needed("name").Text());
        if (tool.Text("description") is { } description)
        {
            json.WriteString("description", description);
        }

        JsonElement schema = tool.Needed("input_schema").Object().Element;
        json.Copy("parameters", schema);
        if (tool["strict"] is { IsTrue: true } && StrictSchema.Fits(schema))
        {
            json.WriteBoolean("strict", true);
        }

        json.WriteEndObject();
        json.WriteEndObject();
    }

    private static void WriteChoice(Utf8JsonWriter json, RequestNode choice)
    {
        switch (choice.Needed("type").Text())
        {
            case "auto":
                json.WriteString("tool_choice", "auto");
                break;
            case "any":
                json.WriteString("tool_choice", "required");
                break;
            case "none":
                json.WriteString("tool_choice", "none");
                break;
            case "tool":
                json.WriteStartObject("tool_choice");
                json.WriteString("type", "function");
                json.WriteStartObject("function");
                json.WriteString("name", choice.Needed("name").Text());
                json.WriteEndObject();
                json.WriteEndObject();
                break;
            case var other:
                throw choice.Needed("type").Refusal($"'{other}' is unknown; there are auto, any, tool and none.");
        }

        if (choice["disable_parallel_tool_use"] is { IsTrue: true })
        {
            json.WriteBoolean("parallel_tool_calls", false);
        }
    }
}
