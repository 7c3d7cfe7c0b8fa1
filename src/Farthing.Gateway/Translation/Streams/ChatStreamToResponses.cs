using System.Text.Json;
using Farthing.Gateway.Translation.Answers;

namespace Farthing.Gateway.Translation.Streams;

/// <summary>
/// OpenAI's stream of chunks as the events of a response; of several choices the first. Items follow each other, so a new kind of content or
/// a new call ends the one before it; a server that goes back to an ended call breaks the stream.
/// </summary>
/// <param name="context">What came with the translated request.</param>
public sealed class ChatStreamToResponses(AnswerContext context) : StreamTranslator
{
    private readonly ResponseForm _form = new(context);
    private readonly ThinkingTape _thinking = new();
    private readonly List<ResponseItem> _items = [];
    private readonly ChatCalls _calls = new();
    private ResponseEvents? _events;
    private ResponseItem? _open;
    private string? _finish;

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
            if (_events is null)
            {
                Start(data);
            }

            if (choice.Field("index") is { ValueKind: JsonValueKind.Number } index && index.TryGetInt64(out long at) && at != 0)
            {
                continue;
            }

            Delta(choice.Field("delta"), choice.Field("logprobs"));
            _finish = choice.TextField("finish_reason") is { Length: > 0 } reason ? reason : _finish;
            BreakByFailure(choice);
            if (State != StreamState.Open)
            {
                return;
            }
        }
    }

    private protected override void TakeDone()
    {
        if (_finish is null)
        {
            Break(null, "The provider's stream ended without a finish_reason.");
            return;
        }

        (string status, string? reason) = ResponseForm.Ending(_finish);
        if (_items.Count == 0)
        {
            // An answer that says nothing is a message with an empty text, as in an answer that comes whole.
            Open(new ResponseItem(ResponseItemKind.Message, _form.OwnPart, 0));
            Part("output_text");
        }

        EndItem(status);
        Events.Response($"response.{status}", json => _form.Write(json, status, reason, _items, Usage));
        Finish();
    }

    private protected override void TakeEnd() => TakeEndOfChat(_finish);

    /// <summary>The response failed, and then an error: clients look for one or the other.</summary>
    private protected override void WriteError(string? type, string message)
    {
        string code = type switch
        {
            "rate_limit_error" or "rate_limit_exceeded" => "rate_limit_exceeded",
            "invalid_request_error" => "invalid_prompt",
            _ => "server_error",
        };
        if (_events is not null)
        {
            Events.Response("response.failed", json => _form.Write(json, "failed", null, _items, Usage, new ResponseFailure(code, message)));
        }

        (_events ??= new ResponseEvents(Send)).Error(type ?? code, message);
    }

    private ResponseEvents Events => _events!;

    private void Start(JsonElement chunk)
    {
        _events = new ResponseEvents(Send);
        _form.Begin(chunk);
        foreach (string type in (ReadOnlySpan<string>)["response.created", "response.in_progress"])
        {
            Events.Response(type, json => _form.Write(json, "in_progress", null, [], null));
        }
    }

    private void Delta(JsonElement delta, JsonElement logprobs)
    {
        var content = ChatContent.Of(delta);
        Think(content.Thought, delta.Field("thinking_blocks"));
        Say("output_text", content.Text, logprobs);
        Say("refusal", delta.TextField("refusal"), default);
        foreach (JsonElement call in delta.Field("tool_calls").Items())
        {
            Call(call);
        }
    }

    private void Think(string? thought, JsonElement blocks)
    {
        bool hasThought = !string.IsNullOrEmpty(thought);
        if (!hasThought && !blocks.Items().Any())
        {
            return;
        }

        HasContent |= hasThought;
        if (!_form.TellsThinking)
        {
            return;
        }

        if (_open is not { Kind: ResponseItemKind.Reasoning })
        {
            Open(new ResponseItem(ResponseItemKind.Reasoning, _form.OwnPart, _items.Count));
        }

        _thinking.Take(thought, blocks);
        if (hasThought && _form.WantsSummary)
        {
            Part("summary_text");
            _open!.Parts[^1].Text.Append(thought);
            Events.Delta(_open, thought!, []);
        }
    }

    private void Say(string type, string? text, JsonElement logprobs)
    {
        if (string.IsNullOrEmpty(text))
        {
            return;
        }

        HasContent = true;
        if (_open is not { Kind: ResponseItemKind.Message })
        {
            Open(new ResponseItem(ResponseItemKind.Message, _form.OwnPart, _items.Count));
        }

        Part(type);
        ResponsePart part = _open!.Parts[^1];
        int known = part.Probabilities.Count;
        part.Text.Append(text);
        part.Take(logprobs);
        Events.Delta(_open, text, part.Probabilities[known..]);
    }

    private void Call(JsonElement call)
    {
        if (State != StreamState.Open)
        {
            return;
        }

        JsonElement function = call.Field("function");
        CallPiece piece = _calls.Take(call, isCalling: _open is { Kind: ResponseItemKind.Call });
        HasContent = true;
        if (piece != CallPiece.Same)
        {
            EndItem("completed");
        }

        if (piece == CallPiece.Mixed)
        {
            Break(null, "The provider mixes the arguments of several calls, so the answer is not whole.");
            return;
        }

        if (piece == CallPiece.Next)
        {
            if (_form.WantsSealed && CallSignature.Of(call) is { } signature)
            {
                Open(new ResponseItem(ResponseItemKind.Reasoning, _form.OwnPart, _items.Count) { Sealed = CallSignature.Seal(signature) });
            }

            Open(new ResponseItem(ResponseItemKind.Call, _form.OwnPart, _items.Count)
            {
                CallId = call.TextField("id") is { Length: > 0 } id ? id : $"call_{_form.OwnPart}_{_items.Count}",
                Name = function.TextField("name") ?? "",
            });
        }

        if (function.TextField("arguments") is { Length: > 0 } arguments)
        {
            _open!.Arguments.Append(arguments);
            Events.Arguments(_open, arguments);
        }
    }

    private void Open(ResponseItem item)
    {
        EndItem("completed");
        _open = item;
        _items.Add(item);
        Events.Added(item);
    }

    /// <summary>Goes on with the last part, or begins one of another type.</summary>
    private void Part(string type)
    {
        List<ResponsePart> parts = _open!.Parts;
        if (parts is [.., var last] && last.Type == type)
        {
            return;
        }

        if (parts.Count > 0)
        {
            Events.PartDone(_open);
        }

        parts.Add(new ResponsePart(type));
        Events.PartAdded(_open);
    }

    private void EndItem(string status)
    {
        if (_open is not { } item)
        {
            return;
        }

        if (item.Kind == ResponseItemKind.Call)
        {
            Events.ArgumentsDone(item);
        }
        else if (item.Parts.Count > 0)
        {
            Events.PartDone(item);
        }

        if (item.Kind == ResponseItemKind.Reasoning && _form.WantsSealed)
        {
            item.Sealed ??= _thinking.Seal();
        }

        Events.Done(item, status);
        _open = null;
    }
}
