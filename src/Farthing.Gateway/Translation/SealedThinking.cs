using System.Buffers.Text;
using System.Text;
using System.Text.Json;

namespace Farthing.Gateway.Translation;

/// <summary>
/// An Anthropic model's signed thinking as <c>encrypted_content</c> of a Responses client's reasoning item, which the client sends back as it
/// came. Signed it is by Anthropic, whose check of it is what counts; the form here says only whose it is.
/// </summary>
internal static class SealedThinking
{
    private const string Mark = "farthing-thinking-1.";

    private static readonly byte[] MarkBytes = Encoding.UTF8.GetBytes(Mark);

    /// <summary>
    /// A Responses request without reasoning items that were sealed here: a provider that speaks Responses itself refuses what it did not
    /// seal, and a chain may come back to it after another answered for a while.
    /// </summary>
    public static ReadOnlyMemory<byte> RemovedFrom(ReadOnlyMemory<byte> body)
    {
        if (body.Span.IndexOf(MarkBytes) < 0)
        {
            return body;
        }

        try
        {
            using var document = JsonDocument.Parse(body, JsonForms.Reading);
            return JsonForms.Write(json => WriteWithout(json, document.RootElement));
        }
        catch (Exception error) when (error is JsonException or InvalidOperationException or ArgumentException)
        {
            // Half a character in a text: the provider says what it thinks of it.
            return body;
        }
    }

    private static void WriteWithout(Utf8JsonWriter json, JsonElement request)
    {
        json.WriteStartObject();
        foreach (JsonProperty field in request.EnumerateObject())
        {
            json.WritePropertyName(field.Name);
            if (!field.NameEquals("input"u8) || field.Value.ValueKind != JsonValueKind.Array)
            {
                field.Value.WriteTo(json);
                continue;
            }

            json.WriteStartArray();
            foreach (JsonElement item in field.Value.EnumerateArray().Where(static item => !IsOwn(item)))
            {
                item.WriteTo(json);
            }

            json.WriteEndArray();
        }

        json.WriteEndObject();
    }

    private static bool IsOwn(JsonElement item) =>
        item.TextField("type") == "reasoning" && item.TextField("encrypted_content")?.StartsWith(Mark, StringComparison.Ordinal) == true;

    /// <summary>Seals a list of thinking blocks.</summary>
    /// <param name="blocks">UTF-8 JSON, a list.</param>
    public static string Seal(ReadOnlySpan<byte> blocks) => Mark + Base64Url.EncodeToString(blocks);

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
