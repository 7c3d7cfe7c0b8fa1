using System.Text.Json;

namespace Farthing.Gateway.Translation.Requests;

/// <summary>OpenAI's content parts as Anthropic's blocks. Anthropic refuses an empty text, so an empty one is left out.</summary>
internal sealed class ChatParts(Utf8JsonWriter json)
{
    /// <summary>Writes a text, or parts of text and refusals.</summary>
    /// <param name="content">A text or a list of parts.</param>
    /// <param name="begin">Called before each block.</param>
    public void WriteTexts(RequestNode content, Action begin)
    {
        foreach (RequestNode part in content.IsText ? [content] : content.Items())
        {
            RequestNode text = part.IsText ? part : part.Object().Text("type") switch
            {
                "text" => part.Needed("text"),
                "refusal" => part.Needed("refusal"),
                _ => throw part.Needed("type").Refusal("this message takes parts of type 'text' alone."),
            };
            WriteText(text, part, begin);
        }
    }

    /// <summary>Writes a text, or parts of text, pictures and files.</summary>
    /// <param name="content">A text or a list of parts.</param>
    /// <param name="begin">Called before each block.</param>
    public void WriteUser(RequestNode content, Action begin)
    {
        if (content.IsText)
        {
            WriteText(content, content, begin);
            return;
        }

        foreach (RequestNode part in content.Items())
        {
            switch (part.Object().Needed("type").Text())
            {
                case "text":
                    WriteText(part.Needed("text"), part, begin);
                    break;
                case "image_url":
                    begin();
                    WritePicture(part.Needed("image_url"), part);
                    break;
                case "file":
                    begin();
                    WriteFile(part.Needed("file").Object(), part);
                    break;
                case var other:
                    throw part.Needed("type").Refusal($"'{other}' has no form at Anthropic; there are text, image_url and file.");
            }
        }
    }

    private void WriteText(RequestNode text, RequestNode part, Action begin)
    {
        if (text.Text().Length == 0)
        {
            return;
        }

        begin();
        json.WriteStartObject();
        json.WriteString("type", "text");
        json.Copy("text", text.Element);
        End(part);
    }

    private void WritePicture(RequestNode picture, RequestNode part)
    {
        RequestNode url = picture.IsText ? picture : picture.Object().Needed("url");
        json.WriteStartObject();
        json.WriteString("type", "image");
        json.WriteStartObject("source");
        if (url.Text().StartsWith("data:", StringComparison.OrdinalIgnoreCase))
        {
            (string type, string data) = DataUrl.Read(url);
            json.WriteString("type", "base64");
            json.WriteString("media_type", type is "image/jpeg" or "image/png" or "image/gif" or "image/webp"
                ? type
                : throw url.Refusal($"'{type}' is no picture that Anthropic reads. Send image/jpeg, image/png, image/gif or image/webp."));
            json.WriteString("data", data);
        }
        else
        {
            json.WriteString("type", "url");
            json.WriteString("url", DataUrl.Web(url));
        }

        json.WriteEndObject();
        End(part);
    }

    private void WriteFile(RequestNode file, RequestNode part)
    {
        if (file["file_data"] is not { } url)
        {
            throw file.Refusal("a file's id means nothing at another provider. Send 'file_data'.");
        }

        (string type, string data) = DataUrl.Read(url);
        json.WriteStartObject();
        json.WriteString("type", "document");
        json.WriteStartObject("source");
        json.WriteString("type", "base64");
        json.WriteString("media_type", type == "application/pdf"
            ? type
            : throw url.Refusal($"'{type}' is no document that Anthropic reads. Send application/pdf."));
        json.WriteString("data", data);
        json.WriteEndObject();
        if (file.Text("filename") is { Length: > 0 } name)
        {
            json.WriteString("title", name);
        }

        End(part);
    }

    /// <summary>OpenAI has no word for where the prompt cache ends; clients of both write Anthropic's, so it goes along.</summary>
    private void End(RequestNode part)
    {
        if (!part.IsText && part["cache_control"] is { } cache)
        {
            json.Copy("cache_control", cache.Object().Element);
        }

        json.WriteEndObject();
    }
}
