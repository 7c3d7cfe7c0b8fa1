using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using Farthing.Gateway.Translation;

namespace Farthing.Simulation.Answers;

/// <summary>Answers in the form of OpenAI's chat completions or Anthropic's messages.</summary>
internal sealed class AnswerJson(SimulatedCall call, SimulatedAnswer answer, TokenUsage? reported, long created) : IAnswerForm
{
    private static readonly JsonSerializerOptions Plain = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    public string StreamType => "text/event-stream";

    public bool TellsInputFirst => call.IsAnthropic;

    private string Id => (call.IsAnthropic ? "msg_sim" : "chatcmpl-sim") + answer.Id.ToString(System.Globalization.CultureInfo.InvariantCulture);

    private string ToolId(int choice) => string.Create(System.Globalization.CultureInfo.InvariantCulture, $"{(call.IsAnthropic ? "toolu" : "call")}_sim{answer.Id}{(choice == 0 ? "" : "_" + choice)}");

    public string Whole() => Write(call.IsAnthropic ? Message() : Completion());

    public byte[] Opening() => Encoding.UTF8.GetBytes(string.Concat(Openings()));

    public byte[] Malformed() => Encoding.UTF8.GetBytes((call.IsAnthropic ? "event: content_block_delta\n" : "") + "data: {\"id\": \"half\n\ndata: [DONE]\n\n");

    private IEnumerable<string> Openings()
    {
        if (!call.IsAnthropic)
        {
            for (int choice = 0; choice < call.Choices; choice++)
            {
                yield return Data(Chunk(choice, new JsonObject { ["role"] = "assistant", ["content"] = answer.Tool is null ? "" : null, ["refusal"] = null }));
                if (answer.Tool is not null)
                {
                    yield return Data(Chunk(choice, ToolDelta(choice, "")));
                }
            }

            yield break;
        }

        JsonObject message = Message();
        message["content"] = new JsonArray();
        message["stop_reason"] = null;
        message["usage"] = reported is { } usage ? AnthropicUsage(usage with { Output = 0, Reasoning = 0 }) : null;
        yield return Event("message_start", new JsonObject { ["message"] = message });
        yield return Event("content_block_start", new JsonObject
        {
            ["index"] = 0,
            ["content_block"] = answer.Tool is null
            ? new JsonObject { ["type"] = "text", ["text"] = "" }
            : new JsonObject { ["type"] = "tool_use", ["id"] = ToolId(0), ["name"] = answer.Tool, ["input"] = new JsonObject() }
        });
        yield return Event("ping", []);
    }

    public byte[] Piece(string text) => Encoding.UTF8.GetBytes(call.IsAnthropic
        ? Event("content_block_delta", new JsonObject
        {
            ["index"] = 0,
            ["delta"] = answer.Tool is null
            ? new JsonObject { ["type"] = "text_delta", ["text"] = text }
            : new JsonObject { ["type"] = "input_json_delta", ["partial_json"] = text }
        })
        : string.Concat(Enumerable.Range(0, call.Choices).Select(choice => Data(Chunk(choice, answer.Tool is null
            ? new JsonObject { ["content"] = text }
            : new JsonObject { ["tool_calls"] = new JsonArray(new JsonObject { ["index"] = 0, ["function"] = new JsonObject { ["arguments"] = text } }) })))));

    public byte[] Closing() => Encoding.UTF8.GetBytes(call.IsAnthropic
        ? Event("content_block_stop", new JsonObject { ["index"] = 0 })
            + Event("message_delta", new JsonObject
            {
                ["delta"] = new JsonObject { ["stop_reason"] = StopReason, ["stop_sequence"] = null },
                ["usage"] = reported is { } usage ? new JsonObject { ["output_tokens"] = usage.Completion, ["output_tokens_details"] = Thought(usage) } : null,
            })
            + Event("message_stop", [])
        : string.Concat(Enumerable.Range(0, call.Choices).Select(choice => Data(Chunk(choice, [], FinishReason))))
            + (call.IncludeUsage && reported is { } tokens ? Data(Head("chat.completion.chunk", [], OpenAiUsage(tokens))) : "")
            + "data: [DONE]\n\n");

    private string FinishReason => answer.Tool is not null ? "tool_calls" : answer.IsCutShort ? "length" : "stop";

    private string StopReason => answer.IsCutShort ? "max_tokens" : answer.Tool is not null ? "tool_use" : "end_turn";

    private JsonObject Message() => new()
    {
        ["id"] = Id,
        ["type"] = "message",
        ["role"] = "assistant",
        ["model"] = call.Model,
        ["content"] = new JsonArray(answer.Tool is null
            ? new JsonObject { ["type"] = "text", ["text"] = answer.Text }
            : new JsonObject { ["type"] = "tool_use", ["id"] = ToolId(0), ["name"] = answer.Tool, ["input"] = answer.IsCutShort ? new JsonObject() : JsonNode.Parse(answer.Text) }),
        ["stop_reason"] = StopReason,
        ["stop_sequence"] = null,
        ["usage"] = reported is { } usage ? AnthropicUsage(usage) : null,
    };

    private JsonObject Completion() => Head(
        "chat.completion",
        new JsonArray([.. Enumerable.Range(0, call.Choices).Select(choice => new JsonObject
        {
            ["index"] = choice,
            ["message"] = answer.Tool is null
                ? new JsonObject { ["role"] = "assistant", ["content"] = answer.Text, ["refusal"] = null }
                : new JsonObject { ["role"] = "assistant", ["content"] = null, ["refusal"] = null, ["tool_calls"] = ToolDelta(choice, answer.Text, withIndex: false)["tool_calls"]!.DeepClone() },
            ["logprobs"] = null,
            ["finish_reason"] = FinishReason,
        })]),
        reported is { } usage ? OpenAiUsage(usage) : null);

    private JsonObject ToolDelta(int choice, string arguments, bool withIndex = true)
    {
        var made = new JsonObject { ["id"] = ToolId(choice), ["type"] = "function", ["function"] = new JsonObject { ["name"] = answer.Tool, ["arguments"] = arguments } };
        if (withIndex)
        {
            made["index"] = 0;
        }

        return new JsonObject { ["tool_calls"] = new JsonArray(made) };
    }

    private JsonObject Chunk(int choice, JsonObject delta, string? finish = null) => Head(
        "chat.completion.chunk",
        new JsonArray(new JsonObject { ["index"] = choice, ["delta"] = delta, ["logprobs"] = null, ["finish_reason"] = finish }),
        null);

    private JsonObject Head(string kind, JsonArray choices, JsonObject? usage) => new()
    {
        ["id"] = Id,
        ["object"] = kind,
        ["created"] = created,
        ["model"] = call.Model,
        ["choices"] = choices,
        ["usage"] = usage,
    };

    private static JsonObject OpenAiUsage(TokenUsage usage) => new()
    {
        ["prompt_tokens"] = usage.Prompt,
        ["completion_tokens"] = usage.Completion,
        ["total_tokens"] = usage.Prompt + usage.Completion,
        ["prompt_tokens_details"] = new JsonObject { ["cached_tokens"] = usage.CachedInput, ["cache_write_tokens"] = usage.CacheWrite },
        ["completion_tokens_details"] = new JsonObject { ["reasoning_tokens"] = usage.Reasoning },
    };

    private static JsonObject AnthropicUsage(TokenUsage usage) => new()
    {
        ["input_tokens"] = usage.Input,
        ["cache_creation_input_tokens"] = usage.CacheWrite,
        ["cache_read_input_tokens"] = usage.CachedInput,
        ["output_tokens"] = usage.Completion,
        ["output_tokens_details"] = Thought(usage),
    };

    private static JsonObject? Thought(TokenUsage usage) => usage.Reasoning > 0 ? new JsonObject { ["thinking_tokens"] = usage.Reasoning } : null;

    private static string Data(JsonObject data) => $"data: {Write(data)}\n\n";

    private static string Event(string type, JsonObject data)
    {
        data.Insert(0, "type", type);
        return $"event: {type}\ndata: {Write(data)}\n\n";
    }

    private static string Write(JsonObject data) => data.ToJsonString(Plain);
}
