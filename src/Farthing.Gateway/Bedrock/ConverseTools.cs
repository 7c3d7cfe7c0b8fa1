using System.Text.Json;
using Farthing.Gateway.Translation;
using Farthing.Gateway.Translation.Requests;

namespace Farthing.Gateway.Bedrock;

/// <summary>Anthropic's tools as Converse's <c>toolConfig</c>.</summary>
internal static class ConverseTools
{
    /// <summary>
    /// Writes it. Converse has no word for "call none": then the tools are left out, unless earlier turns called some, in which case
    /// Converse needs them.
    /// </summary>
    public static void Write(Utf8JsonWriter json, RequestNode request)
    {
        string? choice = request["tool_choice"]?.Object().Needed("type").Text();
        if (request["tools"] is not { } tools || !tools.Items().Any() || (choice == "none" && !HasCalls(request)))
        {
            return;
        }

        json.WriteStartObject("toolConfig");
        json.WriteStartArray("tools");
        foreach (RequestNode tool in tools.Items())
        {
            WriteTool(json, tool.Object());
        }

        json.WriteEndArray();
        if (choice is "auto" or "any" or "tool")
        {
            json.WriteStartObject("toolChoice");
            json.WriteStartObject(choice);
            if (choice == "tool")
            {
                json.WriteString("name", request["tool_choice"]!.Needed("name").Text());
            }

            json.WriteEndObject();
            json.WriteEndObject();
        }
        else if (choice is not (null or "none"))
        {
            throw request["tool_choice"]!.Needed("type").Refusal("must be 'auto', 'any', 'tool' or 'none'.");
        }

        json.WriteEndObject();
    }

    private static void WriteTool(Utf8JsonWriter json, RequestNode tool)
    {
        if (tool.Text("type") is { } type && type != "custom")
        {
            throw tool.Needed("type").Refusal($"'{type}' runs at Anthropic and has no form at AWS Bedrock.");
        }

        json.WriteStartObject();
        json.WriteStartObject("toolSpec");
        json.WriteString("name", tool.Needed("name").Text());
        if (tool.Text("description") is { Length: > 0 } description)
        {
            json.WriteString("description", description);
        }

        json.WriteStartObject("inputSchema");
        json.Copy("json", tool.Needed("input_schema").Object().Element);
        json.WriteEndObject();
        if (tool["strict"]?.IsTrue ?? false)
        {
            json.WriteBoolean("strict", true);
        }

        json.WriteEndObject();
        json.WriteEndObject();
        ConverseBlocks.WriteCachePoint(json, tool);
    }

    private static bool HasCalls(RequestNode request) => request.Needed("messages").Items().Any(static message =>
        message["content"] is { IsList: true } content
        && content.Items().Any(static block => block["type"] is { IsText: true } type && type.Text() is "tool_use" or "tool_result"));
}
