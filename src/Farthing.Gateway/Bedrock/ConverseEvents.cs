using System.Buffers;
using System.Text;
using System.Text.Json;
using Farthing.Gateway.Translation;

namespace Farthing.Gateway.Bedrock;

/// <summary>
/// ConverseStream's events as the server-sent events of Anthropic's stream. Anthropic says why an answer ended together with what it
/// used, Converse in two events, so the first of them waits for the second.
/// </summary>
/// <param name="model">The model, which the events do not name.</param>
/// <param name="requestId">AWS's id of the request.</param>
internal sealed class ConverseEvents(string model, string requestId)
{
    private readonly ArrayBufferWriter<byte> _output = new();
    private readonly HashSet<int> _open = [];
    private string? _reason;
    private bool _isOver;

    /// <summary>What was written since it was last taken.</summary>
    public byte[] Take()
    {
        byte[] written = _output.WrittenSpan.ToArray();
        _output.ResetWrittenCount();
        return written;
    }

    /// <summary>An event.</summary>
    /// <param name="type">Such as <c>contentBlockDelta</c>.</param>
    /// <param name="payload">Its JSON.</param>
    /// <exception cref="InvalidDataException">It is none.</exception>
    public void Event(string type, ReadOnlyMemory<byte> payload)
    {
        try
        {
            using var document = JsonDocument.Parse(payload, JsonForms.Reading);
            Read(type, document.RootElement);
        }
        catch (Exception error) when (error is JsonException or InvalidOperationException or ArgumentException)
        {
            throw new InvalidDataException("an event of the stream can't be read.", error);
        }
    }

    /// <summary>AWS's way to say that the stream broke.</summary>
    public void Exception(string type, ReadOnlyMemory<byte> payload)
    {
        _isOver = true;
        Send("error", json => BedrockErrors.Write(json, type, payload));
    }

    /// <summary>The stream is over. Usage that never came is told as 0 and counted elsewhere, as no count of the prompt came.</summary>
    public void End()
    {
        if (_reason is not null && !_isOver)
        {
            Finish(default);
        }
    }

    private void Read(string type, JsonElement data)
    {
        int index = data.Field("contentBlockIndex") is { ValueKind: JsonValueKind.Number } number && number.TryGetInt32(out int at) ? at : 0;
        switch (type)
        {
            case "messageStart":
                Start();
                break;
            case "contentBlockStart" when data.Field("start").Field("toolUse") is { ValueKind: JsonValueKind.Object } call:
                Open(index, "tool_use", json =>
                {
                    json.WriteString("id", call.TextField("toolUseId") ?? "");
                    json.WriteString("name", call.TextField("name") ?? "");
                    json.WriteStartObject("input");
                    json.WriteEndObject();
                });
                break;
            case "contentBlockDelta":
                Delta(index, data.Field("delta"));
                break;
            case "contentBlockStop" when _open.Remove(index):
                Send("content_block_stop", json => Head(json, "content_block_stop", index));
                break;
            case "messageStop":
                _reason = ConverseWords.Stop(data.TextField("stopReason"));
                if (_reason is null)
                {
                    Exception("modelStreamErrorException", "{\"message\":\"The model's answer is malformed.\"}"u8.ToArray());
                }

                break;
            case "metadata" when _reason is not null && !_isOver:
                Finish(data.Field("usage"));
                break;
        }
    }

    private void Start() => Send("message_start", json =>
    {
        json.WriteString("type", "message_start");
        json.WriteStartObject("message");
        ConverseWords.WriteHead(json, model, requestId);
        json.WriteStartArray("content");
        json.WriteEndArray();
        json.WriteNull("stop_reason");
        json.WriteNull("stop_sequence");

        // Both are needed in every message. Of the input nothing is known yet, and a prompt of no tokens is taken for none counted.
        json.WriteStartObject("usage");
        json.WriteNumber("input_tokens", 0);
        json.WriteNumber("output_tokens", 0);
        json.WriteEndObject();
        json.WriteEndObject();
    });

    private void Delta(int index, JsonElement delta)
    {
        JsonElement thought = delta.Field("reasoningContent");
        if (delta.TextField("text") is { } text)
        {
            Ensure(index, "text", static json => json.WriteString("text", ""));
            Piece(index, "text_delta", "text", text);
        }
        else if (delta.Field("toolUse").TextField("input") is { } input)
        {
            Piece(index, "input_json_delta", "partial_json", input);
        }
        else if (thought.TextField("redactedContent") is { } redacted)
        {
            Open(index, "redacted_thinking", json => json.WriteString("data", redacted));
        }
        else if (thought.TextField("text") is { } thinking)
        {
            Ensure(index, "thinking", WriteThinking);
            Piece(index, "thinking_delta", "thinking", thinking);
        }
        else if (thought.TextField("signature") is { } signature)
        {
            Ensure(index, "thinking", WriteThinking);
            Piece(index, "signature_delta", "signature", signature);
        }
    }

    private static void WriteThinking(Utf8JsonWriter json)
    {
        json.WriteString("thinking", "");
        json.WriteString("signature", "");
    }

    /// <summary>Converse announces the blocks of tools alone.</summary>
    private void Ensure(int index, string type, Action<Utf8JsonWriter> write)
    {
        if (!_open.Contains(index))
        {
            Open(index, type, write);
        }
    }

    private void Open(int index, string type, Action<Utf8JsonWriter> write)
    {
        _open.Add(index);
        Send("content_block_start", json =>
        {
            Head(json, "content_block_start", index);
            json.WriteStartObject("content_block");
            json.WriteString("type", type);
            write(json);
            json.WriteEndObject();
        });
    }

    private void Piece(int index, string type, string field, string text) => Send("content_block_delta", json =>
    {
        Head(json, "content_block_delta", index);
        json.WriteStartObject("delta");
        json.WriteString("type", type);
        json.WriteString(field, text);
        json.WriteEndObject();
    });

    private void Finish(JsonElement usage)
    {
        _isOver = true;
        Send("message_delta", json =>
        {
            json.WriteString("type", "message_delta");
            json.WriteStartObject("delta");
            json.WriteString("stop_reason", _reason);
            json.WriteNull("stop_sequence");
            json.WriteEndObject();
            json.WritePropertyName("usage");
            ConverseWords.WriteStreamUsage(json, usage);
        });
        Send("message_stop", static json => json.WriteString("type", "message_stop"));
    }

    private static void Head(Utf8JsonWriter json, string type, int index)
    {
        json.WriteString("type", type);
        json.WriteNumber("index", index);
    }

    private void Send(string type, Action<Utf8JsonWriter> write)
    {
        Encoding.UTF8.GetBytes($"event: {type}\ndata: ", _output);
        using (var json = new Utf8JsonWriter(_output, JsonForms.Writing))
        {
            // An error's body is an object of its own.
            if (type == "error")
            {
                write(json);
            }
            else
            {
                json.WriteStartObject();
                write(json);
                json.WriteEndObject();
            }
        }

        _output.Write("\n\n"u8);
    }
}
