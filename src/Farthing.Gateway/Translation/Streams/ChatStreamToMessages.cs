using System.Globalization;
using System.Text.Json;
using Farthing.Gateway.Translation.Answers;
using Farthing.Gateway.Translation.Errors;

namespace Farthing.Gateway.Translation.Streams;

/// <summary>
/// OpenAI's stream of chunks as Anthropic's stream of a message; of several choices the first. Anthropic's blocks follow each other, so a
/// new kind of content or a new call ends the one before it; a server that goes back to an ended call breaks the stream.
/// </summary>
public sealed class ChatStreamToMessages : StreamTranslator
{
    private readonly ChatCalls _calls = new();
    private string? _kind;
    private int _block = -1;
    private bool _hasStarted;
    private bool _isRefused;
    private string? _reason;

    private protected override void Take(JsonElement data)
    {
        if (data.Field("error").ValueKind is not (JsonValueKind.Undefined or JsonValueKind.Null))
        {
            BreakByError(data);
            return;
        }

        Usage = UsageJson.ReadOpenAi(data.Field("usage")) ?? Usage;
        foreach (JsonElement choice in data.Field("choices").Items())
        {
            if (!_hasStarted)
            {
                Start(data);
            }

            if (choice.Field("index") is { ValueKind: JsonValueKind.Number } index && index.TryGetInt64(out long at) && at != 0)
            {
                continue;
            }

            Delta(choice.Field("delta"));
            _reason = choice.TextField("finish_reason") is { Length: > 0 } reason ? reason : _reason;
            BreakByFailure(choice);
            if (State != StreamState.Open)
            {
                return;
            }
        }
    }

    private protected override void TakeDone()
    {
        if (_reason is null)
        {
            Break(null, "The provider's stream ended without a finish_reason.");
            return;
        }

        EndBlock();
        string reason = _isRefused ? "refusal" : AnswerWords.Stop(_reason);
        Send("message_delta", json =>
        {
            json.WriteStartObject();
            json.WriteString("type", "message_delta");
            json.WriteStartObject("delta");
            json.WriteString("stop_reason", reason == "end_turn" && _calls.Number >= 0 ? "tool_use" : reason);
            json.WriteNull("stop_sequence");
            json.WriteEndObject();
            json.WritePropertyName("usage");
            UsageJson.WriteAnthropic(json, Uncounted?.Invoke() ?? Usage ?? default);
            json.WriteEndObject();
        });
        Send("message_stop", static json =>
        {
            json.WriteStartObject();
            json.WriteString("type", "message_stop");
            json.WriteEndObject();
        });
        Finish();
    }

    private protected override void TakeEnd() => TakeEndOfChat(_reason);

    private protected override void WriteError(string? type, string message) =>
        Send("error", json => ErrorToAnthropic.WriteBody(json, message, type switch
        {
            "overloaded_error" or "overloaded" => "overloaded_error",
            "rate_limit_error" or "rate_limit_exceeded" => "rate_limit_error",
            "invalid_request_error" => "invalid_request_error",
            _ => "api_error",
        }));

    private void Start(JsonElement chunk)
    {
        _hasStarted = true;
        Send("message_start", json =>
        {
            json.WriteStartObject();
            json.WriteString("type", "message_start");
            json.WriteStartObject("message");
            json.WriteString("id", AnswerWords.MessageId(chunk.TextField("id")));
            json.WriteString("type", "message");
            json.WriteString("role", "assistant");
            json.WriteString("model", chunk.TextField("model") ?? "");
            json.WriteStartArray("content");
            json.WriteEndArray();
            json.WriteNull("stop_reason");
            json.WriteNull("stop_sequence");

            // OpenAI counts at the end; the totals come with message_delta and replace these.
            json.WritePropertyName("usage");
            UsageJson.WriteAnthropic(json, Usage ?? default);
            json.WriteEndObject();
            json.WriteEndObject();
        });
    }

    private void Delta(JsonElement delta)
    {
        var content = ChatContent.Of(delta);
        Text("thinking", "thinking_delta", content.Thought);
        foreach (JsonElement block in delta.Field("thinking_blocks").Items().Where(SealedReasoning.IsSealed))
        {
            BeginBlock("redacted_thinking", json => json.WriteString("data", block.TextField("data")));
        }

        Text("text", "text_delta", content.Text);
        if (delta.TextField("refusal") is { Length: > 0 } refusal)
        {
            _isRefused = true;
            Text("text", "text_delta", refusal);
        }

        foreach (JsonElement call in delta.Field("tool_calls").Items())
        {
            Call(call);
        }
    }

    private void Text(string kind, string deltaType, string? text)
    {
        if (string.IsNullOrEmpty(text) || State != StreamState.Open)
        {
            return;
        }

        HasContent = true;
        if (_kind != kind)
        {
            BeginBlock(kind, json =>
            {
                json.WriteString(kind, "");
                if (kind == "thinking")
                {
                    json.WriteString("signature", SealedThinking.Mark);
                }
            });
        }

        BlockDelta(deltaType, kind, text);
    }

    private void Call(JsonElement call)
    {
        if (State != StreamState.Open)
        {
            return;
        }

        JsonElement function = call.Field("function");
        CallPiece piece = _calls.Take(call, isCalling: _kind == "tool_use");
        HasContent = true;
        if (piece != CallPiece.Same)
        {
            EndBlock();
        }

        if (piece == CallPiece.Mixed)
        {
            Break(null, "The provider mixes the arguments of several calls, so the answer is not whole.");
            return;
        }

        if (piece == CallPiece.Next)
        {
            if (CallSignature.Of(call) is { } signature)
            {
                BeginBlock("redacted_thinking", json => json.WriteString("data", CallSignature.Seal(signature)));
            }

            BeginBlock("tool_use", json =>
            {
                json.WriteString("id", call.TextField("id") is { Length: > 0 } id ? id : string.Create(CultureInfo.InvariantCulture, $"call_{_calls.Number}"));
                json.WriteString("name", function.TextField("name") ?? "");
                json.WriteStartObject("input");
                json.WriteEndObject();
            });
        }

        if (function.TextField("arguments") is { Length: > 0 } part)
        {
            BlockDelta("input_json_delta", "partial_json", part);
        }
    }

    private void BeginBlock(string kind, Action<Utf8JsonWriter> write)
    {
        EndBlock();
        _kind = kind;
        _block++;
        Send("content_block_start", json =>
        {
            json.WriteStartObject();
            json.WriteString("type", "content_block_start");
            json.WriteNumber("index", _block);
            json.WriteStartObject("content_block");
            json.WriteString("type", kind);
            write(json);
            json.WriteEndObject();
            json.WriteEndObject();
        });
    }

    private void BlockDelta(string type, string field, string text) => Send("content_block_delta", json =>
    {
        json.WriteStartObject();
        json.WriteString("type", "content_block_delta");
        json.WriteNumber("index", _block);
        json.WriteStartObject("delta");
        json.WriteString("type", type);
        json.WriteString(field, text);
        json.WriteEndObject();
        json.WriteEndObject();
    });

    private void EndBlock()
    {
        if (_kind is null)
        {
            return;
        }

        _kind = null;
        Send("content_block_stop", json =>
        {
            json.WriteStartObject();
            json.WriteString("type", "content_block_stop");
            json.WriteNumber("index", _block);
            json.WriteEndObject();
        });
    }
}
