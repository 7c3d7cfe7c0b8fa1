using System.Text.Json;
using Farthing.Gateway.Translation;
using Farthing.Gateway.Translation.Requests;

namespace Farthing.Gateway.Bedrock;

/// <summary>Anthropic's tools as Converse's <c>toolConfig</c>.</summary>
internal static class ConverseTools
{
    /// <summary>
    /// Writes it. Converse has no word for "call none": then the tools are left out, unless earlier turns called some, in which case
    /// Converse needs them. It needs them too where the request has none.
    /// </summary>
    public static void Write(Utf8JsonWriter json, RequestNode request)
    {
        string? choice = request["tool_choice"]?.Object().Needed("type").Text();
        List<RequestNode> tools = [.. request["tools"]?.Items() ?? []];
        IReadOnlyList<string> called = tools.Count == 0 ? CalledTools.OfMessages(request) : [];
        if (tools.Count == 0 ? called.Count == 0 : choice == "none" && !HasCalls(request))
        {
            return;
        }

        json.WriteStartObject("toolConfig");
        json.WriteStartArray("tools");
        foreach (RequestNode tool in tools)
        {
            WriteTool(json, tool.Object());
        }

        foreach (string name in called)
        {
            WriteCalled(json, name);
        }

        json.WriteEndArray();
        if (tools.Count > 0 && choice is not (null or "none"))
        {
            WriteChoice(json, choice, request["tool_choice"]!);
        }

        json.WriteEndObject();
    }

    private static void WriteChoice(Utf8JsonWriter json, string type, RequestNode choice)
    {
        if (type is not ("auto" or "any" or "tool"))
        {
            throw choice.Needed("type").Refusal("must be 'auto', 'any', 'tool' or 'none'.");
        }

        json.WriteStartObject("toolChoice");
        json.WriteStartObject(type);
        if (type == "tool")
        {
            json.WriteString("name", choice.Needed("name").Text());
        }

        json.WriteEndObject();
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

    private static void WriteCalled(Utf8JsonWriter json, string name)
    {
        json.WriteStartObject();
        json.WriteStartObject("toolSpec");
        json.WriteString("name", name);
        json.WriteStartObject("inputSchema");
        CalledTools.WriteSchema(json, "json");
        json.WriteEndObject();
        json.WriteEndObject();
        json.WriteEndObject();
    }

    private static bool HasCalls(RequestNode request) => request.Needed("messages").Items().Any(static message =>
        message["content"] is { IsList: true } content
        && content.Items().Any(static block => block["type"] is { IsText: true } type && type.Text() is "tool_use" or "tool_result"));
}
