using System.Text;
using System.Text.Json;

namespace Farthing.Gateway.Translation.Requests;

/// <summary>
/// The instructions and input items of OpenAI's Responses as the messages of a chat. What a model said in one go, a text and calls of
/// tools, are items of their own there and one message here.
/// </summary>
/// <param name="json">The chat request.</param>
/// <param name="options">Where it goes.</param>
internal sealed class ResponsesTurns(Utf8JsonWriter json, TranslationOptions options)
{
    private readonly ResponsesParts _parts = new(json);
    private readonly List<string> _origins = [];
    private readonly List<RequestNode> _pictures = [];
    private ModelTurn? _turn;
    private string? _signature;
    private bool _hasSaid;

    /// <summary>The path of what each message came from: of its content, or of the first item where there are several.</summary>
    public IReadOnlyList<string> Origins => _origins;

    /// <summary>Whether thinking of another provider was left out.</summary>
    public bool LeftThinkingOut { get; private set; }

    /// <summary>Writes <c>messages</c>.</summary>
    public void Write(RequestNode request)
    {
        json.WriteStartArray("messages");
        if (request["instructions"] is { } instructions && instructions.Text().Length > 0)
        {
            Begin("system", "instructions");
            json.Copy("content", instructions.Element);
            json.WriteEndObject();
        }

        RequestNode input = request.Needed("input");
        if (input.IsText)
        {
            _hasSaid = true;
            Begin("user", "input");
            json.Copy("content", input.Element);
            json.WriteEndObject();
        }
        else
        {
            foreach (RequestNode item in input.Items())
            {
                WriteItem(item.Object());
            }

            EndTurn();
            EndResults();
        }

        if (!_hasSaid)
        {
            throw input.Refusal("needs at least one message of the user with something in it.");
        }

        json.WriteEndArray();
    }

    private void WriteItem(RequestNode item)
    {
        switch (item.Text("type") ?? "message")
        {
            case "message":
                WriteMessage(item);
                break;
            case "function_call":
                EndResults();
                (_turn ??= new(item.Path)).Calls.Add((item, _signature));
                _signature = null;
                break;
            case "function_call_output":
                EndTurn();
                WriteResult(item);
                break;
            case "reasoning":
                TakeThinking(item);
                break;
            case "item_reference":
                throw item.Needed("type").Refusal("the item is kept at another provider, and this one can't look it up. Send the item itself.");
            case var other:
                throw item.Needed("type").Refusal($"items of type '{other}' have no form at this provider; there are message, function_call, function_call_output and reasoning.");
        }
    }

    private void WriteMessage(RequestNode item)
    {
        RequestNode content = item.Needed("content");
        EndResults();
        switch (item.Needed("role").Text())
        {
            case "assistant":
                // Two texts in a row are two messages, but a call's results must follow the message that it stands in.
                if (_turn is { Text.Length: > 0, Calls.Count: 0 })
                {
                    EndTurn();
                }

                _turn ??= new(item.Path);
                _turn.Text.Append(_turn.Text.Length > 0 ? "\n\n" : "").Append(ResponsesParts.Texts(content, ""));
                break;
            case "user":
                EndTurn();
                _hasSaid = true;
                Begin("user", content.Path);
                _parts.WriteContent(content);
                json.WriteEndObject();
                break;
            case "system" or "developer":
                EndTurn();
                Begin("system", content.Path);
                json.WriteString("content", ResponsesParts.Texts(content, "\n"));
                json.WriteEndObject();
                break;
            case var other:
                throw item.Needed("role").Refusal($"'{other}' is unknown; there are system, developer, user and assistant.");
        }
    }

    private void WriteResult(RequestNode item)
    {
        _hasSaid = true;
        RequestNode output = item.Needed("output");
        Begin("tool", output.Path);
        json.WriteString("tool_call_id", item.Needed("call_id").Text());
        if (output.IsText || options.GoesOnToMessages)
        {
            _parts.WriteContent(output);
        }
        else
        {
            // A chat's tool message holds text alone: the rest follows in a message of the user's.
            List<RequestNode> parts = [.. output.Items()];
            string text = string.Join("\n", parts.Where(ResponsesParts.IsText).Select(static part => ResponsesParts.TextOf(part).Text()));
            _pictures.AddRange(parts.Where(static part => !ResponsesParts.IsText(part)));
            json.WriteString("content", text.Length == 0 && _pictures.Count > 0 ? "The result follows in the next message." : text);
        }

        json.WriteEndObject();
    }

    private void TakeThinking(RequestNode item)
    {
        EndResults();
        List<JsonElement> blocks = [.. (SealedThinking.Open(item.Text("encrypted_content")) ?? default).Items()];
        List<JsonElement> thoughts = options.GoesOnToMessages ? blocks.FindAll(IsSigned) : options.TakesThinkingBack ? blocks.FindAll(IsThought) : [];
        string? signature = options.SignsCalls ? blocks.Select(CallSignature.In).FirstOrDefault() : null;
        LeftThinkingOut |= thoughts.Count == 0 && signature is null;
        _signature = signature ?? _signature;
        if (thoughts.Count == 0)
        {
            return;
        }

        if (_turn is { IsEmpty: false })
        {
            EndTurn();
        }

        (_turn ??= new(item.Path)).Thinking.AddRange(thoughts);
    }

    private static bool IsThought(JsonElement block) => block.TextField("type") == "thinking";

    /// <summary>Anthropic takes back what it signed, and nobody else's.</summary>
    private static bool IsSigned(JsonElement block) =>
        (IsThought(block) && block.TextField("signature") is not null) || (block.TextField("type") == "redacted_thinking" && block.TextField("data") is not null);

    private void EndTurn()
    {
        if (_turn is not { IsEmpty: false } turn)
        {
            _turn = null;
            return;
        }

        _turn = null;
        _hasSaid = true;
        Begin("assistant", turn.Origin);
        json.WriteString("content", turn.Text.Length > 0 ? turn.Text.ToString() : null);
        if (turn.Thinking.Count > 0 && !options.GoesOnToMessages)
        {
            json.WriteString("reasoning_content", string.Concat(turn.Thinking.Select(static block => block.TextField("thinking"))));
        }
        else if (turn.Thinking.Count > 0)
        {
            json.WriteStartArray("thinking_blocks");
            turn.Thinking.ForEach(block => block.WriteTo(json));
            json.WriteEndArray();
        }

        if (turn.Calls.Count > 0)
        {
            json.WriteStartArray("tool_calls");
            for (int i = 0; i < turn.Calls.Count; i++)
            {
                // Of calls at once the first is signed.
                WriteCall(turn.Calls[i].Item, turn.Calls[i].Signature ?? (i == 0 ? CallSignature.Unknown : null));
            }

            json.WriteEndArray();
        }

        json.WriteEndObject();
    }

    private void WriteCall(RequestNode item, string? signature)
    {
        json.WriteStartObject();
        json.WriteString("id", item.Needed("call_id").Text());
        json.WriteString("type", "function");
        json.WriteStartObject("function");
        json.WriteString("name", item.Needed("name").Text());
        json.WriteString("arguments", item.Needed("arguments").Text());
        json.WriteEndObject();
        if (options.SignsCalls && signature is not null)
        {
            CallSignature.Write(json, signature);
        }

        json.WriteEndObject();
    }

    private void EndResults()
    {
        if (_pictures.Count == 0)
        {
            return;
        }

        Begin("user", _pictures[0].Path);
        json.WriteStartArray("content");
        _pictures.ForEach(_parts.Write);
        json.WriteEndArray();
        json.WriteEndObject();
        _pictures.Clear();
    }

    private void Begin(string role, string origin)
    {
        _origins.Add(origin);
        json.WriteStartObject();
        json.WriteString("role", role);
    }

    private sealed class ModelTurn(string origin)
    {
        public string Origin => origin;

        public StringBuilder Text { get; } = new();

        public List<(RequestNode Item, string? Signature)> Calls { get; } = [];

        public List<JsonElement> Thinking { get; } = [];

        public bool IsEmpty => Text.Length == 0 && Calls.Count == 0;
    }
}
