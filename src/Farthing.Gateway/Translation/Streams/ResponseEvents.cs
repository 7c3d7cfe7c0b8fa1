using System.Text.Json;
using Farthing.Gateway.Translation.Answers;

namespace Farthing.Gateway.Translation.Streams;

/// <summary>Writes the events of a response's stream, each with its number.</summary>
/// <param name="send">Sends an event of a type.</param>
internal sealed class ResponseEvents(Action<string?, Action<Utf8JsonWriter>> send)
{
    private long _number;

    /// <summary>An event that has the whole response.</summary>
    public void Response(string type, Action<Utf8JsonWriter> response) => Event(type, json =>
    {
        json.WritePropertyName("response");
        response(json);
    });

    /// <summary>An item begins.</summary>
    public void Added(ResponseItem item) => Item("response.output_item.added", item, "in_progress");

    /// <summary>An item has ended.</summary>
    public void Done(ResponseItem item, string status) => Item("response.output_item.done", item, status);

    /// <summary>The last part of an item begins.</summary>
    public void PartAdded(ResponseItem item) => Part(Name(item, "part.added"), item, static (json, part) =>
    {
        json.WritePropertyName("part");
        part.WriteEmpty(json);
    });

    /// <summary>A piece of the last part's text.</summary>
    public void Delta(ResponseItem item, string text, IReadOnlyList<byte[]> probabilities) => Part(TextName(item, "delta"), item, (json, part) =>
    {
        json.WriteString("delta", text);
        if (part.Type == "output_text")
        {
            ResponsePart.WriteProbabilities(json, probabilities);
        }
    });

    /// <summary>The last part has ended: its text, then the part.</summary>
    public void PartDone(ResponseItem item)
    {
        Part(TextName(item, "done"), item, static (json, part) =>
        {
            json.WriteString(part.Type == "refusal" ? "refusal" : "text", part.Text.ToString());
            if (part.Type == "output_text")
            {
                ResponsePart.WriteProbabilities(json, part.Probabilities);
            }
        });
        Part(Name(item, "part.done"), item, static (json, part) =>
        {
            json.WritePropertyName("part");
            part.Write(json);
        });
    }

    /// <summary>A piece of a call's arguments.</summary>
    public void Arguments(ResponseItem item, string text) => Of("response.function_call_arguments.delta", item, json => json.WriteString("delta", text));

    /// <summary>A call's arguments are whole.</summary>
    public void ArgumentsDone(ResponseItem item) => Of("response.function_call_arguments.done", item, json =>
    {
        json.WriteString("name", item.Name);
        json.WriteString("arguments", item.WholeArguments);
    });

    /// <summary>
    /// The stream broke. OpenAI's reference has the fields in the event itself, and its servers and SDK have them below <c>error</c>: both are
    /// there, so that every client tells its user.
    /// </summary>
    public void Error(string code, string message) => Event("error", json =>
    {
        json.WriteString("code", code);
        json.WriteString("message", message);
        json.WriteNull("param");
        json.WriteStartObject("error");
        json.WriteString("type", "server_error");
        json.WriteString("code", code);
        json.WriteString("message", message);
        json.WriteNull("param");
        json.WriteEndObject();
    });

    private static string Name(ResponseItem item, string what) =>
        item.Kind == ResponseItemKind.Reasoning ? $"response.reasoning_summary_{what}" : $"response.content_{what}";

    private static string TextName(ResponseItem item, string what) =>
        item.Kind == ResponseItemKind.Reasoning ? $"response.reasoning_summary_text.{what}" : $"response.{item.Parts[^1].Type}.{what}";

    private void Item(string type, ResponseItem item, string status) => Event(type, json =>
    {
        json.WriteNumber("output_index", item.Index);
        json.WritePropertyName("item");
        item.Write(json, status);
    });

    private void Part(string type, ResponseItem item, Action<Utf8JsonWriter, ResponsePart> write) => Of(type, item, json =>
    {
        json.WriteNumber(item.Kind == ResponseItemKind.Reasoning ? "summary_index" : "content_index", item.Parts.Count - 1);
        write(json, item.Parts[^1]);
    });

    private void Of(string type, ResponseItem item, Action<Utf8JsonWriter> write) => Event(type, json =>
    {
        json.WriteString("item_id", item.Id);
        json.WriteNumber("output_index", item.Index);
        write(json);
    });

    private void Event(string type, Action<Utf8JsonWriter> write) => send(type, json =>
    {
        json.WriteStartObject();
        json.WriteString("type", type);
        json.WriteNumber("sequence_number", _number++);
        write(json);
        json.WriteEndObject();
    });
}
