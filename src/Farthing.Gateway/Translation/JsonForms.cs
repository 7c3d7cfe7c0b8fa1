using System.Buffers;
using System.Text.Encodings.Web;
using System.Text.Json;

namespace Farthing.Gateway.Translation;

/// <summary>JSON as both protocols read and write it.</summary>
internal static class JsonForms
{
    /// <summary>Text stays as it was written: these bodies are no HTML.</summary>
    public static readonly JsonWriterOptions Writing = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping, SkipValidation = true };

    /// <summary>Deeper than any schema in use, and shallow enough for the stack.</summary>
    public static readonly JsonDocumentOptions Reading = new() { MaxDepth = 64 };

    /// <summary>Writes one document.</summary>
    public static byte[] Write(Action<Utf8JsonWriter> write)
    {
        var buffer = new ArrayBufferWriter<byte>(1024);
        using (var json = new Utf8JsonWriter(buffer, Writing))
        {
            write(json);
        }

        return buffer.WrittenSpan.ToArray();
    }

    /// <summary>A field; the undefined element where it is missing or this is no object.</summary>
    public static JsonElement Field(this JsonElement from, string name) =>
        from.ValueKind == JsonValueKind.Object && from.TryGetProperty(name, out JsonElement value) ? value : default;

    /// <summary>A text field; null where it is missing or something else.</summary>
    public static string? TextField(this JsonElement from, string name) => from.Field(name).AsText();

    /// <summary>The text; null for everything else.</summary>
    public static string? AsText(this JsonElement value) => value.ValueKind == JsonValueKind.String ? value.GetString() : null;

    /// <summary>The items of a list; none of everything else.</summary>
    public static JsonElement.ArrayEnumerator Items(this JsonElement value) =>
        value.ValueKind == JsonValueKind.Array ? value.EnumerateArray() : default;

    /// <summary>A field copied as it is.</summary>
    public static void Copy(this Utf8JsonWriter json, string name, JsonElement value)
    {
        json.WritePropertyName(name);
        value.WriteTo(json);
    }
}
