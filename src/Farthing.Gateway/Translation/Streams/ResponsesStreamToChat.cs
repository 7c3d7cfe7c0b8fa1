using System.Text.Json;
using Farthing.Gateway.Translation.Answers;
using Farthing.Gateway.Translation.Errors;

namespace Farthing.Gateway.Translation.Streams;

/// <summary>The events of a response of OpenAI's Responses as OpenAI's stream of chunks.</summary>
/// <param name="context">What came with the translated request.</param>
public sealed class ResponsesStreamToChat(AnswerContext context) : StreamTranslator
{
    private readonly ChunkForm _form = new(context);
    private readonly Dictionary<string, Item> _items = new(StringComparer.Ordinal);
    private readonly List<JsonElement> _waiting = [];
    private bool _hasStarted;
    private bool _hasThought;
    private int _calls;

    private protected override void Take(JsonElement data)
    {
        string? kind = data.TextField("type");
        JsonElement response = data.Field("response");
        if (kind == "error")
        {
            JsonElement error = data.Field("error").ValueKind == JsonValueKind.Object ? data.Field("error") : data;
            Fail(error);
            return;
        }

        if (!_hasStarted && response.ValueKind == JsonValueKind.Object)
        {
            Start(response);
        }

        if (!_hasStarted)
        {
            if (kind?.StartsWith("response.", StringComparison.Ordinal) != false)
            {
                Break(null, "The provider's stream does not begin with 'response.created'.");
            }

            return;
        }

        switch (kind)
        {
            case "response.output_item.added":
                Add(Key(data), data.Field("item"));
                break;
            case "response.output_text.delta":
                Say(Of(data), "content", data.TextField("delta"), data.Field("logprobs"));
                break;
            case "response.refusal.delta":
                Say(Of(data), "refusal", data.TextField("delta"), default);
                break;
            case "response.reasoning_summary_text.delta" or "response.reasoning_text.delta":
                _hasThought = true;
                Say(Of(data), "reasoning_content", data.TextField("delta"), default);
                break;
            case "response.reasoning_summary_part.added" when _hasThought:
                Say(Of(data), "reasoning_content", "\n\n", default);
                break;
            case "response.function_call_arguments.delta":
                Argue(Of(data), data.TextField("delta"));
                break;
            case "response.output_item.done":
                End(Key(data), data.Field("item"));
                break;
            case "response.completed" or "response.incomplete":
                Stop(response);
                break;
            case "response.failed" or "response.cancelled":
                Usage = UsageJson.ReadOpenAi(response.Field("usage")) ?? Usage;
                Fail(response.Field("error"));
                break;
        }
    }

    private protected override void TakeDone() => TakeEnd();

    private protected override void TakeEnd() => BreakByEnd();

    private protected override void WriteError(string? type, string message) => Send(null, json => ErrorToOpenAi.WriteBody(
        json, message, type is "rate_limit_exceeded" ? "rate_limit_error" : type is "invalid_prompt" ? "invalid_request_error" : "server_error", null, type));

    private void Fail(JsonElement error) => Break(
        error.TextField("code") ?? (error.TextField("type") is { } type and not "error" ? type : "server_error"),
        error.TextField("message") ?? "The provider broke off its answer without saying why.");

    /// <summary>The item that an event is about; servers that leave its place out have its id.</summary>
    private static string Key(JsonElement data) => data.Field("output_index") is { ValueKind: JsonValueKind.Number } index
        ? index.GetRawText()
        : data.TextField("item_id") ?? data.Field("item").TextField("id") ?? "";

    private Item Of(JsonElement data) => _items.TryGetValue(Key(data), out Item? item) ? item : _items[Key(data)] = new Item();

    private void Start(JsonElement response)
    {
        _hasStarted = true;
        _form.Begin(response);
        Send(null, json => _form.Delta(json, static delta =>
        {
            delta.WriteString("role", "assistant");
            delta.WriteString("content", "");
            delta.WriteNull("refusal");
        }));
    }

    private void Add(string key, JsonElement content)
    {
        var item = new Item();
        _items[key] = item;
        switch (content.TextField("type"))
        {
            case "message":
                Seal("");
                break;
            case "function_call":
                string id = content.TextField("call_id") ?? content.TextField("id") ?? "";
                Seal(id);
                item.Call = _calls++;
                HasContent = true;
                Send(null, json => _form.Call(json, item.Call, id, content.TextField("name") ?? "", ""));
                break;
        }
    }

    /// <summary>An item that is whole. Of servers that leave the events before out, all of it is told now.</summary>
    private void End(string key, JsonElement content)
    {
        if (!_items.ContainsKey(key))
        {
            Add(key, content);
        }

        Item item = _items[key];
        switch (content.TextField("type"))
        {
            case "function_call" when !item.HasSaid:
                // A call without arguments has no deltas, and OpenAI's clients parse what they get.
                Argue(item, content.TextField("arguments") is { } said && !string.IsNullOrWhiteSpace(said) ? said : "{}");
                break;
            case "message" when !item.HasSaid:
                foreach (JsonElement part in content.Field("content").Items())
                {
                    Say(item, "content", part.TextField("text"), part.Field("logprobs"));
                    Say(item, "refusal", part.TextField("refusal"), default);
                }

                break;
            case "reasoning" when content.TextField("encrypted_content") is not null:
                _waiting.Add(content.Clone());
                break;
        }
    }

    private void Say(Item item, string field, string? text, JsonElement logprobs)
    {
        if (string.IsNullOrEmpty(text))
        {
            return;
        }

        (HasContent, item.HasSaid) = (true, true);
        Send(null, json => _form.Delta(json, delta => delta.WriteString(field, text), logprobs));
    }

    private void Argue(Item item, string? part)
    {
        if (string.IsNullOrEmpty(part))
        {
            return;
        }

        if (item.Call < 0)
        {
            Break(null, "The provider sent arguments of a call that did not begin, so the answer is not whole.");
            return;
        }

        item.HasSaid = true;
        Send(null, json => _form.Call(json, item.Call, null, null, part));
    }

    /// <summary>What was thought is told when it is known for what.</summary>
    private void Seal(string before)
    {
        foreach (JsonElement thought in _waiting)
        {
            Send(null, json => _form.Delta(json, delta =>
            {
                delta.WriteStartArray("thinking_blocks");
                SealedReasoning.Write(delta, thought, before);
                delta.WriteEndArray();
            }));
        }

        _waiting.Clear();
    }

    private void Stop(JsonElement response)
    {
        int at = 0;
        foreach (JsonElement item in HasContent ? default : response.Field("output").Items())
        {
            End($"whole {at++}", item);
        }

        Usage = UsageJson.ReadOpenAi(response.Field("usage")) ?? Usage;
        Send(null, json => _form.Finish(json, AnswerWords.FinishOfResponse(response, _calls > 0)));
        if (context.IncludeUsage && Usage is { } usage)
        {
            Send(null, json => _form.Usage(json, usage));
        }

        SendRaw("data: [DONE]\n\n"u8);
        Finish();
    }

    private sealed class Item
    {
        /// <summary>Its place among the calls; below 0 for what is none.</summary>
        public int Call { get; set; } = -1;

        public bool HasSaid { get; set; }
    }
}
