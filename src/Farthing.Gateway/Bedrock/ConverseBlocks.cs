using System.Text;
using System.Text.Json;
using Farthing.Gateway.Translation;
using Farthing.Gateway.Translation.Requests;

namespace Farthing.Gateway.Bedrock;

/// <summary>Anthropic's turns and their blocks as Converse's.</summary>
internal sealed class ConverseBlocks(Utf8JsonWriter json)
{
    private int _documents;

    /// <summary>Writes <c>system</c>.</summary>
    public void WriteSystem(RequestNode system)
    {
        json.WriteStartArray("system");
        WriteContent(system, WriteText);
        json.WriteEndArray();
    }

    /// <summary>Writes one turn.</summary>
    public void WriteMessage(RequestNode message)
    {
        string role = message.Needed("role").Text();
        if (role is not ("user" or "assistant"))
        {
            throw message.Needed("role").Refusal("must be 'user' or 'assistant'.");
        }

        json.WriteStartObject();
        json.WriteString("role", role);
        json.WriteStartArray("content");
        WriteContent(message.Needed("content"), WriteBlock);
        json.WriteEndArray();
        json.WriteEndObject();
    }

    /// <summary>Writes a mark up to which the provider may cache, where there is one.</summary>
    public static void WriteCachePoint(Utf8JsonWriter json, RequestNode block)
    {
        if (block["cache_control"] is not { } mark)
        {
            return;
        }

        json.WriteStartObject();
        json.WriteStartObject("cachePoint");
        json.WriteString("type", "default");
        if (mark.Text("ttl") is { } life)
        {
            json.WriteString("ttl", life);
        }

        json.WriteEndObject();
        json.WriteEndObject();
    }

    private void WriteContent(RequestNode content, Action<RequestNode> write)
    {
        if (content.IsText)
        {
            WriteText(content.Text());
            return;
        }

        foreach (RequestNode block in content.Items())
        {
            write(block.Object());
            WriteCachePoint(json, block);
        }
    }

    private void WriteBlock(RequestNode block)
    {
        switch (block.Needed("type").Text())
        {
            case "text":
                WriteText(block);
                break;
            case "image":
                WriteMedia("image", block, null);
                break;
            case "document":
                WriteDocument(block);
                break;
            case "tool_use":
                Wrapped("toolUse", () =>
                {
                    json.WriteString("toolUseId", block.Needed("id").Text());
                    json.WriteString("name", block.Needed("name").Text());
                    json.Copy("input", block.Needed("input").Object().Element);
                });
                break;
            case "tool_result":
                WriteResult(block);
                break;
            case "thinking":
                Wrapped("reasoningContent", () =>
                {
                    json.WriteStartObject("reasoningText");
                    json.WriteString("text", block.Needed("thinking").Text());
                    json.WriteString("signature", block.Text("signature") ?? "");
                    json.WriteEndObject();
                });
                break;
            case "redacted_thinking":
                Wrapped("reasoningContent", () => json.WriteString("redactedContent", block.Needed("data").Text()));
                break;
            case var other:
                throw block.Needed("type").Refusal($"'{other}' has no form at AWS Bedrock.");
        }
    }

    private void WriteText(RequestNode block) => WriteText(
        block.Needed("type").Text() == "text" ? block.Needed("text").Text() : throw block.Needed("type").Refusal("must be 'text' here."));

    /// <summary>Bedrock refuses a text of white space alone, which says nothing anyway.</summary>
    private void WriteText(string text)
    {
        if (!string.IsNullOrWhiteSpace(text))
        {
            json.WriteStartObject();
            json.WriteString("text", text);
            json.WriteEndObject();
        }
    }

    private void WriteMedia(string kind, RequestNode block, string? name)
    {
        RequestNode source = block.Needed("source").Object();
        if (source.Needed("type").Text() != "base64")
        {
            throw source.Needed("type").Refusal("must be 'base64': AWS Bedrock fetches no addresses and knows no files of other providers.");
        }

        string type = source.Needed("media_type").Text();
        string format = type switch
        {
            "image/png" or "image/jpeg" or "image/gif" or "image/webp" when kind == "image" => type["image/".Length..],
            "application/pdf" when kind == "document" => "pdf",
            _ => throw source.Needed("media_type").Refusal($"'{type}' has no form at AWS Bedrock."),
        };
        WriteSource(kind, format, name, source.Needed("data").Text());
    }

    private void WriteDocument(RequestNode block)
    {
        // Names must differ, and a client's own may say more to the model than was meant.
        string name = string.Create(System.Globalization.CultureInfo.InvariantCulture, $"document-{++_documents}");
        RequestNode source = block.Needed("source").Object();
        if (source.Needed("type").Text() == "text")
        {
            WriteSource("document", "txt", name, Convert.ToBase64String(Encoding.UTF8.GetBytes(source.Needed("data").Text())));
        }
        else
        {
            WriteMedia("document", block, name);
        }
    }

    private void WriteSource(string kind, string format, string? name, string data) => Wrapped(kind, () =>
    {
        json.WriteString("format", format);
        if (name is not null)
        {
            json.WriteString("name", name);
        }

        json.WriteStartObject("source");
        json.WriteString("bytes", data);
        json.WriteEndObject();
    });

    private void WriteResult(RequestNode block) => Wrapped("toolResult", () =>
    {
        json.WriteString("toolUseId", block.Needed("tool_use_id").Text());
        json.WriteStartArray("content");
        if (block["content"] is { } content)
        {
            WriteContent(content, WriteBlock);
        }

        json.WriteEndArray();
        json.WriteString("status", block["is_error"]?.IsTrue ?? false ? "error" : "success");
    });

    private void Wrapped(string name, Action write)
    {
        json.WriteStartObject();
        json.WriteStartObject(name);
        write();
        json.WriteEndObject();
        json.WriteEndObject();
    }
}
