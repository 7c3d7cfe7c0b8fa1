using System.Text.Json;

namespace Farthing.Gateway.Translation.Requests;

/// <summary>
/// The tools that a conversation called before. OpenAI takes such a conversation without <c>tools</c>; Anthropic and AWS refuse calls and results
/// of a request that defines none, so that these are defined there, with a schema that says nothing.
/// </summary>
internal static class CalledTools
{
    /// <summary>The names in a chat's messages, each once.</summary>
    public static IReadOnlyList<string> OfChat(RequestNode request) => Names(
        Messages(request).SelectMany(static message => message.Field("tool_calls").Items()).Select(static call => call.Field("function").TextField("name")));

    /// <summary>The names in Anthropic's messages, each once.</summary>
    public static IReadOnlyList<string> OfMessages(RequestNode request) => Names(
        Messages(request).SelectMany(static message => message.Field("content").Items())
            .Where(static block => block.TextField("type") == "tool_use")
            .Select(static block => block.TextField("name")));

    /// <summary>Writes the schema of one.</summary>
    public static void WriteSchema(Utf8JsonWriter json, string field)
    {
        json.WriteStartObject(field);
        json.WriteString("type", "object");
        json.WriteStartObject("properties");
        json.WriteEndObject();
        json.WriteEndObject();
    }

    private static JsonElement.ArrayEnumerator Messages(RequestNode request) => (request["messages"]?.Element ?? default).Items();

    private static string[] Names(IEnumerable<string?> names) => [.. names.OfType<string>().Distinct(StringComparer.Ordinal)];
}
