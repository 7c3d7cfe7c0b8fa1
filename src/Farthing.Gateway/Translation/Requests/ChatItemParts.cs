using System.Text;
using System.Text.Json;

namespace Farthing.Gateway.Translation.Requests;

/// <summary>Content parts of chat completions as those of OpenAI's Responses.</summary>
internal sealed class ChatItemParts(Utf8JsonWriter json)
{
    /// <summary>All text of a content that may hold nothing else.</summary>
    public static string Texts(RequestNode content, string between)
    {
        if (content.IsText)
        {
            return content.Text();
        }

        var text = new StringBuilder();
        foreach (RequestNode part in content.Items())
        {
            text.Append(text.Length > 0 ? between : "").Append(part.Object().Needed("type").Text() switch
            {
                "text" => part.Needed("text").Text(),
                "refusal" => part.Needed("refusal").Text(),
                _ => throw part.Needed("type").Refusal("this message takes parts of type 'text' alone."),
            });
        }

        return text.ToString();
    }

    /// <summary>Writes a text, or a list of parts.</summary>
    public void WriteContent(RequestNode content)
    {
        if (content.IsText)
        {
            content.Text();
            json.Copy("content", content.Element);
            return;
        }

        json.WriteStartArray("content");
        foreach (RequestNode part in content.Items())
        {
            json.WriteStartObject();
            Write(part);
            json.WriteEndObject();
        }

        json.WriteEndArray();
    }

    private void Write(RequestNode part)
    {
        switch (part.Object().Needed("type").Text())
        {
            case "text":
                RequestNode text = part.Needed("text");
                text.Text();
                json.WriteString("type", "input_text");
                json.Copy("text", text.Element);
                break;
            case "image_url":
                WritePicture(part.Needed("image_url"));
                break;
            case "file":
                WriteFile(part.Needed("file").Object());
                break;
            case "input_audio":
                json.WriteString("type", "input_audio");
                json.Copy("input_audio", part.Needed("input_audio").Object().Element);
                break;
            case var other:
                throw part.Needed("type").Refusal($"'{other}' has no form in a response's input; there are text, image_url, file and input_audio.");
        }
    }

    private void WritePicture(RequestNode picture)
    {
        RequestNode url = picture.IsText ? picture : picture.Object().Needed("url");
        json.WriteString("type", "input_image");
        json.WriteString("image_url", url.Text());
        if (!picture.IsText && picture["detail"] is { } detail)
        {
            json.WriteString("detail", detail.Text());
        }
    }

    private void WriteFile(RequestNode file)
    {
        if ((file["file_data"] ?? file["file_id"]) is null)
        {
            throw file.Refusal("needs 'file_data' or 'file_id'.");
        }

        json.WriteString("type", "input_file");
        foreach (string field in (ReadOnlySpan<string>)["file_id", "filename", "file_data"])
        {
            if (file[field] is { } said)
            {
                json.WriteString(field, said.Text());
            }
        }
    }
}
