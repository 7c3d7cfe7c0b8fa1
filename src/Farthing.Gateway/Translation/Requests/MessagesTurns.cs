using System.Text;
using System.Text.Json;

namespace Farthing.Gateway.Translation.Requests;

/// <summary>Anthropic's <c>system</c> and turns as OpenAI's messages: results of tools become messages of their own.</summary>
/// <param name="json">The chat request.</param>
/// <param name="options">Where it goes.</param>
internal sealed class MessagesTurns(Utf8JsonWriter json, TranslationOptions options)
{
    private readonly MessagesParts _parts = new(json);

    /// <summary>Writes <c>messages</c>.</summary>
    public void Write(RequestNode request)
    {
        json.WriteStartArray("messages");
        if (request["system"] is { } system && !IsEmpty(system))
        {
            WriteTexts("system", system);
        }

        List<RequestNode> messages = [.. request.Needed("messages").Items()];
        if (messages.Count == 0)
        {
            throw request.Needed("messages").Refusal("needs at least one message.");
        }

        foreach (RequestNode message in messages)
        {
            RequestNode content = message.Object().Needed("content");
            switch (message.Needed("role").Text())
            {
                case "user":
                    WriteUser(content);
                    break;
                case "assistant":
                    WriteAssistant(content);
                    break;
                case "system":
                    WriteTexts("system", content);
                    break;
                case var other:
                    throw message.Needed("role").Refusal($"'{other}' is unknown; there are user, assistant and system.");
            }
        }

        json.WriteEndArray();
    }

    private static bool IsEmpty(RequestNode content) => content.IsText ? content.Text().Length == 0 : !content.Items().Any();

    private void Begin(string role)
    {
        json.WriteStartObject();
        json.WriteString("role", role);
    }

    private void WriteTexts(string role, RequestNode content)
    {
        Begin(role);
        List<RequestNode> blocks = content.IsText ? [content] : [.. content.Items()];
        if (blocks.Count == 1)
        {
            json.Copy("content", Text(blocks[0]).Element);
        }
        else
        {
            json.WriteStartArray("content");
            blocks.ForEach(block => _parts.WriteText(Text(block)));
            json.WriteEndArray();
        }

        json.WriteEndObject();
    }

    private static RequestNode Text(RequestNode block) => block.IsText ? block
        : block.Object().Text("type") == "text" ? block.Needed("text")
        : throw block.Needed("type").Refusal("this place takes blocks of type 'text' alone.");

    private void WriteUser(RequestNode content)
    {
        if (content.IsText)
        {
            WriteTexts("user", content);
            return;
        }

        // Results come first, as OpenAI wants them right behind the calls; their pictures follow in the user's message.
        List<RequestNode> rest = [];
        foreach (RequestNode block in content.Items())
        {
            if (block.Object().Needed("type").Text() == "tool_result")
            {
                rest.AddRange(WriteResult(block));
            }
            else
            {
                rest.Add(block);
            }
        }

        if (rest.Count > 0)
        {
            Begin("user");
            json.WriteStartArray("content");
            rest.ForEach(_parts.Write);
            json.WriteEndArray();
            json.WriteEndObject();
        }
    }

    /// <summary>An OpenAI tool message holds text alone.</summary>
    /// <returns>What of the result is not text.</returns>
    private List<RequestNode> WriteResult(RequestNode block)
    {
        List<RequestNode> others = [];
        StringBuilder text = new(block["is_error"] is { IsTrue: true } ? "Error: " : "");
        if (block["content"] is { } content)
        {
            foreach (RequestNode part in content.IsText ? [content] : content.Items())
            {
                if (part.IsText || part.Object().Text("type") == "text")
                {
                    text.Append(text.Length > 0 && !content.IsText && text[^1] is not ' ' ? "\n" : "").Append(Text(part).Text());
                }
                else
                {
                    others.Add(part);
                }
            }
        }

        Begin("tool");
        json.WriteString("tool_call_id", block.Needed("tool_use_id").Text());
        json.WriteString("content", text.Length == 0 && others.Count > 0 ? "The result follows in the next message." : text.ToString());
        json.WriteEndObject();
        return others;
    }

    private void WriteAssistant(RequestNode content)
    {
        if (content.IsText)
        {
            WriteTexts("assistant", content);
            return;
        }

        StringBuilder text = new(), thought = new();
        List<(RequestNode Call, string? Signature)> calls = [];
        List<RequestNode> thoughts = [];
        string? signature = null;
        foreach (RequestNode block in content.Items())
        {
            switch (block.Object().Needed("type").Text())
            {
                case "text":
                    text.Append(Text(block).Text());
                    break;
                case "tool_use":
                    calls.Add((block, signature));
                    signature = null;
                    break;
                case "thinking":
                    thought.Append(block.Text("thinking"));
                    break;
                case "redacted_thinking":
                    // What Anthropic made is of no use to another model.
                    thoughts.Add(block);
                    signature = SealedThinking.Open(block.Text("data"))?.Items().Select(CallSignature.In).FirstOrDefault() ?? signature;
                    break;
                case var other:
                    throw block.Needed("type").Refusal($"'{other}' has no form at OpenAI; there are text, tool_use and thinking.");
            }
        }

        if (text.Length == 0 && calls.Count == 0)
        {
            return;
        }

        Begin("assistant");
        if (text.Length > 0)
        {
            json.WriteString("content", text.ToString());
        }
        else
        {
            json.WriteNull("content");
        }

        if (thought.Length > 0 && options.TakesThinkingBack)
        {
            json.WriteString("reasoning_content", thought.ToString());
        }

        if (options.GoesOnToResponses && thoughts.Count > 0)
        {
            json.WriteStartArray("thinking_blocks");
            thoughts.ForEach(block => block.Element.WriteTo(json));
            json.WriteEndArray();
        }

        if (calls.Count > 0)
        {
            json.WriteStartArray("tool_calls");
            for (int i = 0; i < calls.Count; i++)
            {
                // Of calls at once the first is signed.
                WriteCall(calls[i].Call, calls[i].Signature ?? (i == 0 ? CallSignature.Unknown : null));
            }

            json.WriteEndArray();
        }

        json.WriteEndObject();
    }

    private void WriteCall(RequestNode call, string? signature)
    {
        json.WriteStartObject();
        json.WriteString("id", call.Needed("id").Text());
        json.WriteString("type", "function");
        json.WriteStartObject("function");
        json.WriteString("name", call.Needed("name").Text());
        JsonElement input = call.Needed("input").Object().Element;
        json.WriteString("arguments", JsonForms.Write(input.WriteTo));
        json.WriteEndObject();
        if (options.SignsCalls && signature is not null)
        {
            CallSignature.Write(json, signature);
        }

        json.WriteEndObject();
    }
}
