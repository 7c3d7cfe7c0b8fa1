using System.Text.Json;

namespace Farthing.Gateway.Translation.Requests;

/// <summary>Anthropic's blocks of a user as OpenAI's content parts.</summary>
internal sealed class MessagesParts(Utf8JsonWriter json)
{
    /// <summary>Writes one block.</summary>
    public void Write(RequestNode block)
    {
        switch (block.Object().Needed("type").Text())
        {
            case "text":
                WriteText(block.Needed("text"));
                break;
            case "image":
                WritePicture(block.Needed("source").Object());
                break;
            case "document":
                WriteDocument(block, block.Needed("source").Object());
                break;
            case var other:
                throw block.Needed("type").Refusal($"'{other}' has no form at OpenAI; there are text, image, document and tool_result.");
        }
    }

    /// <summary>Writes one part of text.</summary>
    public void WriteText(RequestNode text)
    {
        text.Text();
        json.WriteStartObject();
        json.WriteString("type", "text");
        json.Copy("text", text.Element);
        json.WriteEndObject();
    }

    private void WritePicture(RequestNode source)
    {
        string url = source.Needed("type").Text() switch
        {
            "base64" => $"data:{source.Needed("media_type").Text()};base64,{source.Needed("data").Text()}",
            "url" => DataUrl.Web(source.Needed("url")),
            _ => throw source.Needed("type").Refusal("must be 'base64' or 'url': a file's id means nothing at another provider."),
        };
        json.WriteStartObject();
        json.WriteString("type", "image_url");
        json.WriteStartObject("image_url");
        json.WriteString("url", url);
        json.WriteEndObject();
        json.WriteEndObject();
    }

    private void WriteDocument(RequestNode block, RequestNode source)
    {
        switch (source.Needed("type").Text())
        {
            case "text":
                WriteText(source.Needed("data"));
                break;
            case "content":
                RequestNode content = source.Needed("content");
                if (content.IsText)
                {
                    WriteText(content);
                    break;
                }

                foreach (RequestNode part in content.Items())
                {
                    Write(part);
                }

                break;
            case "base64":
                json.WriteStartObject();
                json.WriteString("type", "file");
                json.WriteStartObject("file");
                json.WriteString("filename", block.Text("title") ?? "document.pdf");
                json.WriteString("file_data", $"data:{source.Needed("media_type").Text()};base64,{source.Needed("data").Text()}");
                json.WriteEndObject();
                json.WriteEndObject();
                break;
            default:
                throw source.Needed("type").Refusal("must be 'base64', 'text' or 'content': an OpenAI model opens no address or file of another provider.");
        }
    }
}
