using System.Text;
using System.Text.Json;

namespace Farthing.Gateway.Translation.Requests;

/// <summary>Content parts of OpenAI's Responses as those of chat completions.</summary>
internal sealed class ResponsesParts(Utf8JsonWriter json)
{
    /// <summary>Whether a part is text.</summary>
    public static bool IsText(RequestNode part) => part.Object().Needed("type").Text() is "input_text" or "output_text" or "text" or "refusal";

    /// <summary>The text of a part that is one.</summary>
    public static RequestNode TextOf(RequestNode part) => part.Needed(part.Text("type") == "refusal" ? "refusal" : "text");

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
            text.Append(text.Length > 0 ? between : "").Append(IsText(part)
                ? TextOf(part).Text()
                : throw part.Needed("type").Refusal("this place takes text alone."));
        }

        return text.ToString();
    }

    /// <summary>Writes a text, or a list of parts; a list of one text is the text, which servers of every age read.</summary>
    public void WriteContent(RequestNode content)
    {
        List<RequestNode> parts = content.IsText ? [] : [.. content.Items()];
        if (content.IsText || (parts.Count == 1 && IsText(parts[0])))
        {
            RequestNode text = content.IsText ? content : TextOf(parts[0]);
            text.Text();
            json.Copy("content", text.Element);
            return;
        }

        json.WriteStartArray("content");
        parts.ForEach(Write);
        json.WriteEndArray();
    }

    /// <summary>Writes one part.</summary>
    public void Write(RequestNode part)
    {
        json.WriteStartObject();
        switch (part.Object().Needed("type").Text())
        {
            case "input_text" or "output_text" or "text" or "refusal":
                RequestNode text = TextOf(part);
                text.Text();
                json.WriteString("type", "text");
                json.Copy("text", text.Element);
                break;
            case "input_image":
                WritePicture(part);
                break;
            case "input_file":
                WriteFile(part);
                break;
            case "input_audio":
                json.WriteString("type", "input_audio");
                json.Copy("input_audio", part.Needed("input_audio").Object().Element);
                break;
            case var other:
                throw part.Needed("type").Refusal($"'{other}' has no form at this provider; there are input_text, input_image, input_file and input_audio.");
        }

        json.WriteEndObject();
    }

    private void WritePicture(RequestNode part)
    {
        RequestNode url = part["image_url"] ?? throw (part["file_id"] ?? part).Refusal("a file's id means nothing at another provider. Send 'image_url', an address or a data URL.");
        json.WriteString("type", "image_url");
        json.WriteStartObject("image_url");
        json.WriteString("url", url.Text());
        if (part["detail"] is { } detail)
        {
            json.WriteString("detail", detail.Text());
        }

        json.WriteEndObject();
    }

    private void WriteFile(RequestNode part)
    {
        RequestNode data = part["file_data"] ?? throw (part["file_id"] ?? part["file_url"] ?? part).Refusal("a file's id or address means nothing at another provider. Send 'file_data'.");
        json.WriteString("type", "file");
        json.WriteStartObject("file");
        if (part["filename"] is { } name)
        {
            json.WriteString("filename", name.Text());
        }

        json.WriteString("file_data", data.Text());
        json.WriteEndObject();
    }
}
