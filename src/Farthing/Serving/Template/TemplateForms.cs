using System.Text;
using System.Text.Json.Nodes;
using Farthing.Gateway.Providers;

namespace Farthing.Serving.Template;

/// <summary>The captioner's answers in the shape of the request.</summary>
/// <param name="request">The request.</param>
/// <param name="answer">The answer.</param>
/// <param name="id">A name that no other answer has.</param>
/// <param name="now">When it is made.</param>
internal sealed class TemplateForms(TemplateRequest request, TemplateAnswer answer, string id, DateTimeOffset now)
{
    /// <summary>The whole body.</summary>
    public string Whole() => (request.Shape switch
    {
        WireShape.Chat => Completion(),
        WireShape.Messages => Message(answer.Text, StopReason, answer.Output),
        _ => Response(Status, [Item("completed", answer.Text)]),
    }).ToJsonString();

    /// <summary>The events of a stream.</summary>
    public string Events()
    {
        var events = new StringBuilder();
        foreach (var (type, data) in request.Shape switch { WireShape.Chat => ChatEvents(), WireShape.Messages => MessageEvents(), _ => ResponseEvents() })
        {
            if (type is not null)
            {
                data.Insert(0, "type", type);
                events.Append("event: ").Append(type).Append('\n');
            }

            events.Append("data: ").Append(data.ToJsonString()).Append("\n\n");
        }

        return events.Append(request.Shape == WireShape.Chat ? "data: [DONE]\n\n" : "").ToString();
    }

    private string Finish => answer.IsCutShort ? "length" : "stop";

    private string StopReason => answer.IsCutShort ? "max_tokens" : "end_turn";

    private string Status => answer.IsCutShort ? "incomplete" : "completed";

    private JsonObject Completion() => Chat("chat.completion", [.. Enumerable.Range(0, request.Choices).Select(choice => (JsonNode)new JsonObject
    {
        ["index"] = choice,
        ["message"] = new JsonObject { ["role"] = "assistant", ["content"] = answer.Text, ["refusal"] = null },
        ["logprobs"] = null,
        ["finish_reason"] = Finish,
    })], ChatUsage());

    private IEnumerable<(string? Type, JsonObject Data)> ChatEvents()
    {
        for (int choice = 0; choice < request.Choices; choice++)
        {
            yield return (null, Chunk(choice, new JsonObject { ["role"] = "assistant", ["content"] = "" }, null));
            foreach (string piece in answer.Pieces())
            {
                yield return (null, Chunk(choice, new JsonObject { ["content"] = piece }, null));
            }

            yield return (null, Chunk(choice, [], Finish));
        }

        if (request.WantsUsage)
        {
            yield return (null, Chat("chat.completion.chunk", [], ChatUsage()));
        }
    }

    private JsonObject Chunk(int choice, JsonObject delta, string? finish) => Chat(
        "chat.completion.chunk", [new JsonObject { ["index"] = choice, ["delta"] = delta, ["logprobs"] = null, ["finish_reason"] = finish }], null);

    private JsonObject Chat(string kind, JsonArray choices, JsonObject? usage) => new()
    {
        ["id"] = "chatcmpl-" + id,
        ["object"] = kind,
        ["created"] = now.ToUnixTimeSeconds(),
        ["model"] = request.Model,
        ["choices"] = choices,
        ["usage"] = usage,
    };

    private JsonObject ChatUsage() => new()
    {
        ["prompt_tokens"] = answer.Input,
        ["completion_tokens"] = answer.Output * request.Choices,
        ["total_tokens"] = answer.Input + (answer.Output * request.Choices),
    };

    private JsonObject Message(string? text, string? stop, long output) => new()
    {
        ["id"] = "msg_" + id,
        ["type"] = "message",
        ["role"] = "assistant",
        ["model"] = request.Model,
        ["content"] = text is null ? [] : new JsonArray(new JsonObject { ["type"] = "text", ["text"] = text }),
        ["stop_reason"] = stop,
        ["stop_sequence"] = null,
        ["usage"] = new JsonObject { ["input_tokens"] = answer.Input, ["cache_creation_input_tokens"] = 0, ["cache_read_input_tokens"] = 0, ["output_tokens"] = output },
    };

    private IEnumerable<(string? Type, JsonObject Data)> MessageEvents()
    {
        yield return ("message_start", new JsonObject { ["message"] = Message(null, null, 0) });
        yield return ("content_block_start", new JsonObject { ["index"] = 0, ["content_block"] = new JsonObject { ["type"] = "text", ["text"] = "" } });
        foreach (string piece in answer.Pieces())
        {
            yield return ("content_block_delta", new JsonObject { ["index"] = 0, ["delta"] = new JsonObject { ["type"] = "text_delta", ["text"] = piece } });
        }

        yield return ("content_block_stop", new JsonObject { ["index"] = 0 });
        yield return ("message_delta", new JsonObject
        {
            ["delta"] = new JsonObject { ["stop_reason"] = StopReason, ["stop_sequence"] = null },
            ["usage"] = new JsonObject { ["output_tokens"] = answer.Output },
        });
        yield return ("message_stop", []);
    }

    private JsonObject Response(string status, JsonArray output) => new()
    {
        ["id"] = "resp_" + id,
        ["object"] = "response",
        ["created_at"] = now.ToUnixTimeSeconds(),
        ["status"] = status,
        ["error"] = null,
        ["incomplete_details"] = status == "incomplete" ? new JsonObject { ["reason"] = "max_output_tokens" } : null,
        ["instructions"] = null,
        ["metadata"] = new JsonObject(),
        ["model"] = request.Model,
        ["output"] = output,
        ["parallel_tool_calls"] = false,
        ["tool_choice"] = "none",
        ["tools"] = new JsonArray(),
        ["usage"] = status == "in_progress" ? null : new JsonObject
        {
            ["input_tokens"] = answer.Input,
            ["input_tokens_details"] = new JsonObject { ["cached_tokens"] = 0 },
            ["output_tokens"] = answer.Output,
            ["output_tokens_details"] = new JsonObject { ["reasoning_tokens"] = 0 },
            ["total_tokens"] = answer.Input + answer.Output,
        },
    };

    private JsonObject Item(string status, string? text) => new()
    {
        ["id"] = "msg_" + id,
        ["type"] = "message",
        ["status"] = status,
        ["role"] = "assistant",
        ["content"] = text is null ? [] : new JsonArray(Part(text)),
    };

    private static JsonObject Part(string text) => new() { ["type"] = "output_text", ["text"] = text, ["annotations"] = new JsonArray(), ["logprobs"] = new JsonArray() };

    private IEnumerable<(string? Type, JsonObject Data)> ResponseEvents()
    {
        long sequence = 0;
        JsonObject Numbered(JsonObject data)
        {
            data["sequence_number"] = sequence++;
            return data;
        }

        JsonObject OfPart(JsonObject data)
        {
            (data["item_id"], data["output_index"], data["content_index"]) = ("msg_" + id, 0, 0);
            return Numbered(data);
        }

        yield return ("response.created", Numbered(new JsonObject { ["response"] = Response("in_progress", []) }));
        yield return ("response.in_progress", Numbered(new JsonObject { ["response"] = Response("in_progress", []) }));
        yield return ("response.output_item.added", Numbered(new JsonObject { ["output_index"] = 0, ["item"] = Item("in_progress", null) }));
        yield return ("response.content_part.added", OfPart(new JsonObject { ["part"] = Part("") }));
        foreach (string piece in answer.Pieces())
        {
            yield return ("response.output_text.delta", OfPart(new JsonObject { ["delta"] = piece, ["logprobs"] = new JsonArray() }));
        }

        yield return ("response.output_text.done", OfPart(new JsonObject { ["text"] = answer.Text, ["logprobs"] = new JsonArray() }));
        yield return ("response.content_part.done", OfPart(new JsonObject { ["part"] = Part(answer.Text) }));
        yield return ("response.output_item.done", Numbered(new JsonObject { ["output_index"] = 0, ["item"] = Item("completed", answer.Text) }));
        yield return (answer.IsCutShort ? "response.incomplete" : "response.completed", Numbered(new JsonObject { ["response"] = Response(Status, [Item("completed", answer.Text)]) }));
    }
}
