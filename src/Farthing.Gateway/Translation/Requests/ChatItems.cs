using System.Text.Json;

namespace Farthing.Gateway.Translation.Requests;

/// <summary>
/// The messages of a chat as the input items of OpenAI's Responses. What a model said in one message, a text and calls of tools, are items of their
/// own there, each behind what was thought for it.
/// </summary>
internal sealed class ChatItems(Utf8JsonWriter json)
{
    private readonly ChatItemParts _parts = new(json);

    /// <summary>Writes <c>input</c>.</summary>
    public void Write(RequestNode messages)
    {
        if (!messages.Items().Any())
        {
            throw messages.Refusal("needs at least one message.");
        }

        json.WriteStartArray("input");
        foreach (RequestNode message in messages.Items())
        {
            WriteMessage(message.Object());
        }

        json.WriteEndArray();
    }

    private void WriteMessage(RequestNode message)
    {
        switch (message.Needed("role").Text())
        {
            case "system" or "developer":
                Begin(message.Text("role")!);
                json.WriteString("content", ChatItemParts.Texts(message.Needed("content"), "\n"));
                json.WriteEndObject();
                break;
            case "user":
                Begin("user");
                _parts.WriteContent(message.Needed("content"));
                json.WriteEndObject();
                break;
            case "assistant":
                WriteAssistant(message);
                break;
            case "tool":
                json.WriteStartObject();
                json.WriteString("type", "function_call_output");
                json.WriteString("call_id", message.Needed("tool_call_id").Text());
                json.WriteString("output", ChatItemParts.Texts(message.Needed("content"), "\n"));
                json.WriteEndObject();
                break;
            case "function":
                throw message.Needed("role").Refusal("functions were replaced by tools. Send the result as role 'tool'.");
            case var other:
                throw message.Needed("role").Refusal($"'{other}' is unknown; there are system, developer, user, assistant and tool.");
        }
    }

    private void WriteAssistant(RequestNode message)
    {
        foreach (string field in (ReadOnlySpan<string>)["audio", "function_call"])
        {
            if (message[field] is { } found)
            {
                throw found.Refusal(field == "audio" ? "a response has no sound in its input that a model said. Send its text." : "functions were replaced by tools. Send 'tool_calls'.");
            }
        }

        JsonElement thoughts = message["thinking_blocks"]?.Element ?? default;
        if ((message["content"] ?? message["refusal"]) is { } content && ChatItemParts.Texts(content, "") is { Length: > 0 } text)
        {
            WriteThoughts("", thoughts);
            Begin("assistant");
            json.WriteString("content", text);
            json.WriteEndObject();
        }

        foreach (RequestNode call in message["tool_calls"]?.Items() ?? [])
        {
            WriteCall(call.Object(), thoughts);
        }
    }

    private void WriteCall(RequestNode call, JsonElement thoughts)
    {
        if (call.Text("type") is { } type and not "function")
        {
            throw call.Needed("type").Refusal($"calls of type '{type}' are not translated; there are functions alone.");
        }

        string id = call.Needed("id").Text();
        RequestNode function = call.Needed("function").Object();
        WriteThoughts(id, thoughts);
        json.WriteStartObject();
        json.WriteString("type", "function_call");
        json.WriteString("call_id", id);
        json.WriteString("name", function.Needed("name").Text());
        json.WriteString("arguments", function.Needed("arguments").Text());
        json.WriteEndObject();
    }

    private void WriteThoughts(string id, JsonElement thoughts)
    {
        foreach (JsonElement thought in SealedReasoning.Before(id, thoughts))
        {
            SealedReasoning.WriteItem(json, thought);
        }
    }

    private void Begin(string role)
    {
        json.WriteStartObject();
        json.WriteString("role", role);
    }
}
