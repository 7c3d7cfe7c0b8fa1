using System.Globalization;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using Farthing.Gateway.Translation;

namespace Farthing.Simulation.Answers;

/// <summary>Answers in the form of OpenAI's Responses.</summary>
internal sealed class ResponsesJson(SimulatedCall call, SimulatedAnswer answer, TokenUsage? reported, long created) : IAnswerForm
{
    private static readonly JsonSerializerOptions Plain = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };
    private int _sequence;

    public string StreamType => "text/event-stream";

    private string ItemId => Name(answer.Tool is null ? "msg" : "fc");

    public string Whole() => Response(Status, new JsonArray(Item("completed", answer.Text)), reported).ToJsonString(Plain);

    public byte[] Opening()
    {
        string events = Event("response.created", new() { ["response"] = Response("in_progress", [], null) })
            + Event("response.in_progress", new() { ["response"] = Response("in_progress", [], null) })
            + Event("response.output_item.added", new() { ["output_index"] = 0, ["item"] = Item("in_progress", null) });
        return Bytes(answer.Tool is not null ? events : events + Event("response.content_part.added", new() { ["item_id"] = ItemId, ["output_index"] = 0, ["content_index"] = 0, ["part"] = Part("") }));
    }

    public byte[] Piece(string text) => Bytes(answer.Tool is not null
        ? Event("response.function_call_arguments.delta", new() { ["item_id"] = ItemId, ["output_index"] = 0, ["delta"] = text })
        : Event("response.output_text.delta", new() { ["item_id"] = ItemId, ["output_index"] = 0, ["content_index"] = 0, ["delta"] = text, ["logprobs"] = new JsonArray() }));

    public byte[] Malformed() => Bytes("event: response.output_text.delta\ndata: {\"type\": \"half\n\n");

    public byte[] Closing()
    {
        string ends = answer.Tool is not null
            ? Event("response.function_call_arguments.done", new() { ["item_id"] = ItemId, ["output_index"] = 0, ["name"] = answer.Tool, ["arguments"] = answer.Text })
            : Event("response.output_text.done", new() { ["item_id"] = ItemId, ["output_index"] = 0, ["content_index"] = 0, ["text"] = answer.Text, ["logprobs"] = new JsonArray() })
                + Event("response.content_part.done", new() { ["item_id"] = ItemId, ["output_index"] = 0, ["content_index"] = 0, ["part"] = Part(answer.Text) });
        return Bytes(ends
            + Event("response.output_item.done", new() { ["output_index"] = 0, ["item"] = Item("completed", answer.Text) })
            + Event(answer.IsCutShort ? "response.incomplete" : "response.completed", new() { ["response"] = Response(Status, new JsonArray(Item("completed", answer.Text)), reported) }));
    }

    private string Status => answer.IsCutShort ? "incomplete" : "completed";

    private string Name(string kind) => string.Create(CultureInfo.InvariantCulture, $"{kind}_sim{answer.Id}");

    private JsonObject Item(string status, string? text) => answer.Tool is not null
        ? new JsonObject { ["id"] = ItemId, ["type"] = "function_call", ["status"] = status, ["call_id"] = Name("call"), ["name"] = answer.Tool, ["arguments"] = text ?? "" }
        : new JsonObject { ["id"] = ItemId, ["type"] = "message", ["status"] = status, ["role"] = "assistant", ["content"] = text is null ? [] : new JsonArray(Part(text)) };

    private static JsonObject Part(string text) => new() { ["type"] = "output_text", ["text"] = text, ["annotations"] = new JsonArray(), ["logprobs"] = new JsonArray() };

    private JsonObject Response(string status, JsonArray output, TokenUsage? usage) => new()
    {
        ["id"] = Name("resp"),
        ["object"] = "response",
        ["created_at"] = created,
        ["status"] = status,
        ["error"] = null,
        ["incomplete_details"] = status == "incomplete" ? new JsonObject { ["reason"] = "max_output_tokens" } : null,
        ["instructions"] = null,
        ["metadata"] = new JsonObject(),
        ["model"] = call.Model,
        ["output"] = output,
        ["parallel_tool_calls"] = true,
        ["temperature"] = 1,
        ["tool_choice"] = "auto",
        ["tools"] = new JsonArray(),
        ["top_p"] = 1,
        ["usage"] = usage is not { } tokens ? null : new JsonObject
        {
            ["input_tokens"] = tokens.Prompt,
            ["input_tokens_details"] = new JsonObject { ["cached_tokens"] = tokens.CachedInput },
            ["output_tokens"] = tokens.Completion,
            ["output_tokens_details"] = new JsonObject { ["reasoning_tokens"] = tokens.Reasoning },
            ["total_tokens"] = tokens.Prompt + tokens.Completion,
        },
    };

    private string Event(string type, JsonObject data)
    {
        data.Insert(0, "type", type);
        data["sequence_number"] = _sequence++;
        return $"event: {type}\ndata: {data.ToJsonString(Plain)}\n\n";
    }

    private static byte[] Bytes(string text) => Encoding.UTF8.GetBytes(text);
}
