using System.Text;
using System.Text.Json;

namespace Farthing.Gateway.Translation.Answers;

/// <summary>The items of a response, gathered into one message.</summary>
internal sealed class ResponseContent
{
    private readonly StringBuilder _text = new();
    private readonly StringBuilder _refusal = new();
    private readonly StringBuilder _thought = new();
    private readonly List<JsonElement> _calls = [];
    private readonly List<(JsonElement Item, string Before)> _sealed = [];
    private readonly List<JsonElement> _waiting = [];

    /// <summary>Whether a tool is called.</summary>
    public bool HasCalls => _calls.Count > 0;

    /// <summary>The probabilities of the tokens of its text.</summary>
    public List<JsonElement> Probabilities { get; } = [];

    /// <summary>Takes the next item.</summary>
    public void Take(JsonElement item)
    {
        switch (item.TextField("type"))
        {
            case "message":
                Seal("");
                foreach (JsonElement part in item.Field("content").Items())
                {
                    _text.Append(part.TextField("text"));
                    _refusal.Append(part.TextField("refusal"));
                    Probabilities.AddRange(part.Field("logprobs").Items());
                }

                break;
            case "function_call":
                Seal(CallId(item));
                _calls.Add(item);
                break;
            case "reasoning":
                foreach (JsonElement part in (IEnumerable<JsonElement>)[.. item.Field("summary").Items(), .. item.Field("content").Items()])
                {
                    _thought.Append(_thought.Length > 0 ? "\n\n" : "").Append(part.TextField("text"));
                }

                if (item.TextField("encrypted_content") is not null)
                {
                    _waiting.Add(item);
                }

                break;
        }
    }

    /// <summary>Writes <c>message</c>.</summary>
    public void Write(Utf8JsonWriter json)
    {
        json.WriteStartObject("message");
        json.WriteString("role", "assistant");
        json.WriteString("content", _text.Length > 0 || (_refusal.Length == 0 && !HasCalls) ? _text.ToString() : null);
        json.WriteString("refusal", _refusal.Length > 0 ? _refusal.ToString() : null);
        if (_thought.Length > 0)
        {
            json.WriteString("reasoning_content", _thought.ToString());
        }

        if (_sealed.Count > 0)
        {
            json.WriteStartArray("thinking_blocks");
            _sealed.ForEach(one => SealedReasoning.Write(json, one.Item, one.Before));
            json.WriteEndArray();
        }

        if (HasCalls)
        {
            json.WriteStartArray("tool_calls");
            _calls.ForEach(call => WriteCall(json, call));
            json.WriteEndArray();
        }

        json.WriteEndObject();
    }

    private void Seal(string before)
    {
        _sealed.AddRange(_waiting.Select(item => (item, before)));
        _waiting.Clear();
    }

    private static void WriteCall(Utf8JsonWriter json, JsonElement call)
    {
        json.WriteStartObject();
        json.WriteString("id", CallId(call));
        json.WriteString("type", "function");
        json.WriteStartObject("function");
        json.WriteString("name", call.TextField("name") ?? "");
        json.WriteString("arguments", call.TextField("arguments") is { } said && !string.IsNullOrWhiteSpace(said) ? said : "{}");
        json.WriteEndObject();
        json.WriteEndObject();
    }

    private static string CallId(JsonElement call) => call.TextField("call_id") ?? call.TextField("id") ?? "";
}
