using System.Text.Json;

namespace Farthing.Gateway.Translation.Requests;

/// <summary>The fields of tools, which chat completions and OpenAI's Responses share; only the form of a tool and of a choice differs.</summary>
internal static class ToolFields
{
    /// <summary>Writes <c>tools</c>, <c>tool_choice</c> and <c>parallel_tool_calls</c>.</summary>
    /// <param name="json">Where to.</param>
    /// <param name="request">The request in the client's shape.</param>
    /// <param name="writeTool">Writes a tool in the provider's shape.</param>
    /// <param name="writeChoice">Writes the choice of a tool in the provider's shape.</param>
    public static void Write(Utf8JsonWriter json, RequestNode request, Action<Utf8JsonWriter, RequestNode> writeTool, Action<Utf8JsonWriter, RequestNode> writeChoice)
    {
        List<RequestNode> tools = [.. request["tools"]?.Items() ?? []];
        if (tools.Count == 0)
        {
            ToolChoice.MustNotBind(request["tool_choice"]);
            return;
        }

        json.WriteStartArray("tools");
        foreach (RequestNode tool in tools)
        {
            writeTool(json, tool.Object());
        }

        json.WriteEndArray();
        if (request["tool_choice"] is { } choice)
        {
            json.WritePropertyName("tool_choice");
            writeChoice(json, choice);
        }

        if (request["parallel_tool_calls"] is { } parallel)
        {
            json.WriteBoolean("parallel_tool_calls", parallel.IsTrue);
        }
    }
}
