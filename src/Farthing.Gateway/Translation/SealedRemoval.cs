using System.Text;
using System.Text.Json;

namespace Farthing.Gateway.Translation;

/// <summary>
/// Takes thinking that was sealed here out of a request for a provider that speaks the client's shape itself: it refuses what it did not
/// sign, and a chain may come back to it after another answered for a while.
/// </summary>
internal static class SealedRemoval
{
    private static readonly byte[] Mark = Encoding.UTF8.GetBytes(SealedThinking.Mark);

    /// <summary>A request of Responses or of messages without it; the same bytes where there is none.</summary>
    public static ReadOnlyMemory<byte> From(ReadOnlyMemory<byte> body)
    {
        if (body.Span.IndexOf(Mark) < 0)
        {
            return body;
        }

        try
        {
            using var document = JsonDocument.Parse(body, JsonForms.Reading);
            return JsonForms.Write(json => Write(json, document.RootElement));
        }
        catch (Exception error) when (error is JsonException or InvalidOperationException or ArgumentException)
        {
            // Half a character in a text: the provider says what it thinks of it.
            return body;
        }
    }

    private static void Write(Utf8JsonWriter json, JsonElement request)
    {
        json.WriteStartObject();
        foreach (JsonProperty field in request.EnumerateObject())
        {
            json.WritePropertyName(field.Name);
            if (field.Value.ValueKind != JsonValueKind.Array || !(field.NameEquals("input"u8) || field.NameEquals("messages"u8)))
            {
                field.Value.WriteTo(json);
                continue;
            }

            json.WriteStartArray();
            foreach (JsonElement item in field.Value.EnumerateArray().Where(static item => !IsOwn(item)))
            {
                WriteItem(json, item);
            }

            json.WriteEndArray();
        }

        json.WriteEndObject();
    }

    /// <summary>A message of which nothing is left is left out.</summary>
    private static void WriteItem(Utf8JsonWriter json, JsonElement item)
    {
        List<JsonElement> blocks = [.. item.Field("content").Items()];
        if (!blocks.Exists(IsOwn))
        {
            item.WriteTo(json);
            return;
        }

        if (blocks.TrueForAll(IsOwn))
        {
            return;
        }

        json.WriteStartObject();
        foreach (JsonProperty field in item.EnumerateObject())
        {
            json.WritePropertyName(field.Name);
            if (!field.NameEquals("content"u8))
            {
                field.Value.WriteTo(json);
                continue;
            }

            json.WriteStartArray();
            blocks.FindAll(static block => !IsOwn(block)).ForEach(block => block.WriteTo(json));
            json.WriteEndArray();
        }

        json.WriteEndObject();
    }

    private static bool IsOwn(JsonElement item) => item.TextField("type") switch
    {
        "reasoning" => IsSealed(item.TextField("encrypted_content")),
        "redacted_thinking" => IsSealed(item.TextField("data")),
        "thinking" => IsSealed(item.TextField("signature")),
        _ => false,
    };

    private static bool IsSealed(string? text) => text?.StartsWith(SealedThinking.Mark, StringComparison.Ordinal) == true;
}
