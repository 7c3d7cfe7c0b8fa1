using System.Text;
using System.Text.Json;
using Farthing.Gateway.Translation.Answers;
using Farthing.Gateway.Translation.Errors;
using Farthing.Gateway.Wire;

namespace Farthing.Gateway.Translation.Streams;

/// <summary>Anthropic's stream of a message as OpenAI's stream of chunks.</summary>
/// <param name="context">What came with the translated request.</param>
public sealed class MessagesStreamToChat(AnswerContext context) : StreamTranslator
{
    private readonly ChunkForm _form = new(context);
    private readonly Dictionary<long, Block> _blocks = [];
    private readonly UsageReport _usage = new();
    private string? _reason;
    private bool _hasStarted;
    private int _calls;

    private protected override void Take(JsonElement data)
    {
        string? kind = data.TextField("type");
        if (!_hasStarted && kind is not ("message_start" or "ping" or "error"))
        {
            Break(null, "The provider's stream does not begin with 'message_start'.");
            return;
        }

        switch (kind)
        {
            case "message_start":
                Start(data.Field("message"));
                break;
            case "content_block_start":
                StartBlock(Index(data), data.Field("content_block"));
                break;
            case "content_block_delta" when _blocks.GetValueOrDefault(Index(data)) is { } block:
                Delta(block, data.Field("delta"));
                break;
            case "content_block_stop" when _blocks.Remove(Index(data), out Block? block):
                StopBlock(block);
                break;
            case "message_delta":
                _reason = data.Field("delta").TextField("stop_reason") ?? _reason;
                Usage = UsageJson.ReadAnthropic(data.Field("usage"), _usage) ?? Usage;
                break;
            case "message_stop":
                Stop();
                break;
            case "ping":
                SendRaw(": ping\n\n"u8);
                break;
            case "error":
                BreakByError(data);
                break;
        }
    }

    private protected override void TakeDone() => TakeEnd();

    private protected override void TakeEnd() => BreakByEnd();

    private protected override void WriteError(string? type, string message) =>
        Send(null, json => ErrorToOpenAi.WriteBody(json, message, "server_error", null, type == "overloaded_error" ? "overloaded" : type));

    private static long Index(JsonElement data) => data.Field("index") is { ValueKind: JsonValueKind.Number } index && index.TryGetInt64(out long at) ? at : 0;

    private void Start(JsonElement message)
    {
        _hasStarted = true;
        _form.Begin(message);
        Usage = UsageJson.ReadAnthropic(message.Field("usage"), _usage);
        Send(null, json => _form.Delta(json, static delta =>
        {
            delta.WriteString("role", "assistant");
            delta.WriteString("content", "");
            delta.WriteNull("refusal");
        }));
    }

    private void StartBlock(long index, JsonElement content)
    {
        var block = new Block(content.TextField("type") switch
        {
            "text" => BlockKind.Text,
            "tool_use" when context.JsonTool is not null && content.TextField("name") == context.JsonTool => BlockKind.Json,
            "tool_use" => BlockKind.Call,
            "thinking" => BlockKind.Thinking,
            "redacted_thinking" => BlockKind.Thinking,
            _ => BlockKind.Other,
        }, content.Field("input") is { ValueKind: JsonValueKind.Object } input ? input.GetRawText() : "{}");
        _blocks[index] = block;
        switch (block.Kind)
        {
            case BlockKind.Text when content.TextField("text") is { Length: > 0 } text:
                Text("content", text);
                break;
            case BlockKind.Thinking when content.TextField("data") is not null:
                Thought(json => content.WriteTo(json));
                break;
            case BlockKind.Call:
                block.Call = _calls++;
                HasContent = true;
                Send(null, json => _form.Call(json, block.Call, content.TextField("id") ?? "", content.TextField("name") ?? "", ""));
                break;
        }
    }

    private void Delta(Block block, JsonElement delta)
    {
        switch (delta.TextField("type"))
        {
            case "text_delta" when delta.TextField("text") is { Length: > 0 } text:
                Text("content", text);
                break;
            case "thinking_delta" when delta.TextField("thinking") is { Length: > 0 } thought:
                block.Thought.Append(thought);
                Text("reasoning_content", thought);
                break;
            case "signature_delta" when delta.TextField("signature") is { } signature:
                Thought(json =>
                {
                    json.WriteStartObject();
                    json.WriteString("type", "thinking");

                    // Whole, though it came in pieces: a client sends the block back as it is, and what is signed is its text.
                    json.WriteString("thinking", block.Thought.ToString());
                    json.WriteString("signature", signature);
                    json.WriteEndObject();
                });
                break;
            case "input_json_delta" when delta.TextField("partial_json") is { Length: > 0 } part:
                Input(block, part);
                break;
        }
    }

    /// <summary>A call without input has no deltas, and OpenAI's clients parse what they get.</summary>
    private void StopBlock(Block block)
    {
        if (!block.HasInput)
        {
            Input(block, block.Input);
        }
    }

    private void Input(Block block, string part)
    {
        block.HasInput = true;
        if (block.Kind == BlockKind.Json)
        {
            Text("content", part);
        }
        else if (block.Kind == BlockKind.Call)
        {
            Send(null, json => _form.Call(json, block.Call, null, null, part));
        }
    }

    private void Text(string field, string text)
    {
        HasContent = true;
        Send(null, json => _form.Delta(json, delta => delta.WriteString(field, text)));
    }

    private void Thought(Action<Utf8JsonWriter> write) => Send(null, json => _form.Delta(json, delta =>
    {
        delta.WriteStartArray("thinking_blocks");
        write(delta);
        delta.WriteEndArray();
    }));

    private void Stop()
    {
        if (_reason is null)
        {
            Break(null, "The provider's stream ended without a stop_reason.");
            return;
        }

        Send(null, json => _form.Finish(json, AnswerWords.Finish(_reason, _calls > 0)));
        if (context.IncludeUsage && Usage is { } usage)
        {
            Send(null, json => _form.Usage(json, usage));
        }

        SendRaw("data: [DONE]\n\n"u8);
        Finish();
    }

    private enum BlockKind
    {
        Other,
        Text,
        Thinking,
        Call,
        Json,
    }

    private sealed class Block(BlockKind kind, string input)
    {
        public BlockKind Kind => kind;

        public string Input => input;

        public StringBuilder Thought { get; } = new();

        public int Call { get; set; }

        public bool HasInput { get; set; }
    }
}
