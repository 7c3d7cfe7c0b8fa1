using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using Farthing.Gateway.Translation;

namespace Farthing.Simulation.Answers;

/// <summary>Answers in the form of AWS's Converse, whose streams are binary frames.</summary>
internal sealed class ConverseJson(SimulatedCall call, SimulatedAnswer answer, TokenUsage? reported) : IAnswerForm
{
    private static readonly JsonSerializerOptions Plain = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    public string StreamType => "application/vnd.amazon.eventstream";

    private string StopReason => answer.IsCutShort ? "max_tokens" : answer.Tool is not null ? "tool_use" : "end_turn";

    private string ToolId => string.Create(System.Globalization.CultureInfo.InvariantCulture, $"tooluse_sim{answer.Id}");

    public string Whole()
    {
        JsonObject block = answer.Tool is null
            ? new JsonObject { ["text"] = answer.Text }
            : new JsonObject { ["toolUse"] = new JsonObject { ["toolUseId"] = ToolId, ["name"] = answer.Tool, ["input"] = answer.IsCutShort ? new JsonObject() : JsonNode.Parse(answer.Text) } };
        var whole = new JsonObject
        {
            ["output"] = new JsonObject { ["message"] = new JsonObject { ["role"] = "assistant", ["content"] = new JsonArray(block) } },
            ["stopReason"] = StopReason,
            ["metrics"] = new JsonObject { ["latencyMs"] = 1 },
        };
        if (reported is { } usage)
        {
            whole["usage"] = Usage(usage);
        }

        return whole.ToJsonString(Plain);
    }

    public byte[] Opening() =>
    [
        .. Event("messageStart", new JsonObject { ["role"] = "assistant" }),
        .. answer.Tool is null ? [] : Event("contentBlockStart", new JsonObject
        {
            ["start"] = new JsonObject { ["toolUse"] = new JsonObject { ["toolUseId"] = ToolId, ["name"] = answer.Tool } },
            ["contentBlockIndex"] = 0,
        }),
    ];

    public byte[] Piece(string text) => Event("contentBlockDelta", new JsonObject
    {
        ["delta"] = answer.Tool is null ? new JsonObject { ["text"] = text } : new JsonObject { ["toolUse"] = new JsonObject { ["input"] = text } },
        ["contentBlockIndex"] = 0,
    });

    public byte[] Malformed()
    {
        byte[] frame = Piece("half");
        frame[^1] ^= 0xff;
        return frame;
    }

    public byte[] Closing() =>
    [
        .. Event("contentBlockStop", new JsonObject { ["contentBlockIndex"] = 0 }),
        .. Event("messageStop", new JsonObject { ["stopReason"] = StopReason }),
        .. reported is { } usage ? Event("metadata", new JsonObject { ["usage"] = Usage(usage), ["metrics"] = new JsonObject { ["latencyMs"] = 1 } }) : [],
    ];

    private static JsonObject Usage(TokenUsage usage) => new()
    {
        ["inputTokens"] = usage.Input,
        ["cacheReadInputTokens"] = usage.CachedInput,
        ["cacheWriteInputTokens"] = usage.CacheWrite,
        ["outputTokens"] = usage.Completion,
        ["totalTokens"] = usage.Prompt + usage.Completion,
    };

    // Real services pad events, so that their length tells less.
    private byte[] Event(string type, JsonObject data)
    {
        data["p"] = "abcdefghijklmnop"[..(call.Model.Length % 16)];
        return EventFrame.Write(type, Encoding.UTF8.GetBytes(data.ToJsonString(Plain)));
    }
}
