using System.Text.Json;

namespace Farthing.Gateway.Translation.Requests;

/// <summary>
/// OpenAI's list of messages as Anthropic's <c>system</c> and alternating turns. Messages of one side that follow each other become one
/// turn, so results of parallel tool calls come together in one, as Anthropic demands.
/// </summary>
internal sealed class ChatTurns(Utf8JsonWriter json)
{
    private readonly ChatParts _parts = new(json);
    private string? _open;

    /// <summary>Writes <c>system</c> and <c>messages</c>.</summary>
    /// <param name="messages">OpenAI's list.</param>
    /// <param name="withThinking">Whether earlier thinking is sent along; Anthropic refuses it where thinking is off.</param>
    public void Write(RequestNode messages, bool withThinking)
    {
        List<RequestNode> all = [.. messages.Items().Select(static message => message.Object())];
        WriteSystem([.. all.Where(IsSystem)]);
        json.WriteStartArray("messages");
        foreach (RequestNode message in all.Where(static message => !IsSystem(message)))
        {
            WriteTurn(message, withThinking);
        }

        if (_open is null)
        {
            throw messages.Refusal("needs at least one message of the user with something in it.");
        }

        json.WriteEndArray();
        json.WriteEndObject();
        json.WriteEndArray();
    }

    private static bool IsSystem(RequestNode message) => message.Text("role") is "system" or "developer";

    private void WriteSystem(List<RequestNode> messages)
    {
        bool isStarted = false;
        foreach (RequestNode message in messages)
        {
            _parts.WriteTexts(message.Needed("content"), () =>
            {
                if (!isStarted)
                {
                    json.WriteStartArray("system");
                    isStarted = true;
                }
            });
        }

        if (isStarted)
        {
            json.WriteEndArray();
        }
    }

    private void WriteTurn(RequestNode message, bool withThinking)
    {
        switch (message.Needed("role").Text())
        {
            case "user":
                _parts.WriteUser(message.Needed("content"), () => Open("user"));
                break;
            case "assistant":
                WriteAssistant(message, withThinking);
                break;
            case "tool":
                Open("user");
                json.WriteStartObject();
                json.WriteString("type", "tool_result");
                json.WriteString("tool_use_id", ToolCallId.Of(message.Needed("tool_call_id").Text()));
                json.WriteStartArray("content");
                _parts.WriteUser(message.Needed("content"), static () => { });
                json.WriteEndArray();
                json.WriteEndObject();
                break;
            case "function":
                throw message.Needed("role").Refusal("functions were replaced by tools. Send the result as role 'tool'.");
            case var other:
                throw message.Needed("role").Refusal($"'{other}' is unknown; there are system, developer, user, assistant and tool.");
        }
    }

    private void WriteAssistant(RequestNode message, bool withThinking)
    {
        void Begin() => Open("assistant");
        foreach (RequestNode block in withThinking ? message["thinking_blocks"]?.Items() ?? [] : [])
        {
            if (block.Object().Text("type") is not ("thinking" or "redacted_thinking"))
            {
                throw block.Refusal("must be a block of type 'thinking' or 'redacted_thinking', as it came.");
            }

            // Anthropic refuses what it did not make.
            if (!SealedReasoning.IsSealed(block.Element))
            {
                Begin();
                block.Element.WriteTo(json);
            }
        }

        if ((message["content"] ?? message["refusal"]) is { } content)
        {
            _parts.WriteTexts(content, Begin);
        }

        if (message["function_call"] is { } old)
        {
            throw old.Refusal("functions were replaced by tools. Send 'tool_calls'.");
        }

        foreach (RequestNode call in message["tool_calls"]?.Items() ?? [])
        {
            Begin();
            WriteCall(call.Object());
        }
    }

    private void WriteCall(RequestNode call)
    {
        if (call.Text("type") is { } type and not "function")
        {
            throw call.Needed("type").Refusal($"calls of type '{type}' have no form at Anthropic; there are functions alone.");
        }

        RequestNode function = call.Needed("function").Object();
        json.WriteStartObject();
        json.WriteString("type", "tool_use");
        json.WriteString("id", ToolCallId.Of(call.Needed("id").Text()));
        json.WriteString("name", function.Needed("name").Text());
        json.WritePropertyName("input");
        RequestNode arguments = function.Needed("arguments");
        if (string.IsNullOrWhiteSpace(arguments.Text()))
        {
            json.WriteStartObject();
            json.WriteEndObject();
        }
        else
        {
            WriteInput(arguments);
        }

        json.WriteEndObject();
    }

    private void WriteInput(RequestNode arguments)
    {
        try
        {
            using var input = JsonDocument.Parse(arguments.Text(), JsonForms.Reading);
            if (input.RootElement.ValueKind == JsonValueKind.Object)
            {
                input.RootElement.WriteTo(json);
                return;
            }
        }
        catch (JsonException)
        {
            // Refused below, like every other text that is no object.
        }

        throw arguments.Refusal("must be the text of a JSON object.");
    }

    private void Open(string role)
    {
        if (_open == role)
        {
            return;
        }

        if (_open is not null)
        {
            json.WriteEndArray();
            json.WriteEndObject();
        }

        json.WriteStartObject();
        json.WriteString("role", role);
        json.WriteStartArray("content");
        _open = role;
    }
}
