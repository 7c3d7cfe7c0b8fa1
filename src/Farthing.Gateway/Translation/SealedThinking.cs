using System.Buffers.Text;
using System.Text;
using System.Text.Json;

namespace Farthing.Gateway.Translation;

/// <summary>
/// A model's thinking in a form that a client of another shape sends back as it came: as <c>encrypted_content</c> of a Responses client's
/// reasoning item, or as an Anthropic client's <c>redacted_thinking</c>. Whoever signed it checks it; the form here says only whose it is.
/// </summary>
internal static class SealedThinking
{
    /// <summary>How it begins; alone, the signature of thinking that nobody signed.</summary>
    public const string Mark = "farthing-thinking-1.";

    /// <summary>Seals a list of thinking blocks.</summary>
    /// <param name="blocks">UTF-8 JSON, a list.</param>
    public static string Seal(ReadOnlySpan<byte> blocks) => Mark + Base64Url.EncodeToString(blocks);

    /// <summary>Seals thinking that nobody signed, for a provider that wants its text back.</summary>
    public static string SealUnsigned(string text) => Seal(JsonForms.Write(json =>
    {
        json.WriteStartArray();
        json.WriteStartObject();
        json.WriteString("type", "thinking");
        json.WriteString("thinking", text);
        json.WriteEndObject();
        json.WriteEndArray();
    }));

    /// <summary>The list of blocks; null where the text is another provider's or can't be read.</summary>
    public static JsonElement? Open(string? text)
    {
        if (text is null || !text.StartsWith(Mark, StringComparison.Ordinal))
        {
            return null;
        }

        try
        {
            using var document = JsonDocument.Parse(Base64Url.DecodeFromUtf8(Encoding.UTF8.GetBytes(text[Mark.Length..])), JsonForms.Reading);
            return document.RootElement.ValueKind == JsonValueKind.Array ? document.RootElement.Clone() : null;
        }
        catch (Exception error) when (error is JsonException or FormatException)
        {
            return null;
        }
    }
}
