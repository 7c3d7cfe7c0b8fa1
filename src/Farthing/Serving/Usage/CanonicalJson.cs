using System.Buffers;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;

namespace Farthing.Serving.Usage;

/// <summary>One form for all ways to write the same JSON: fields by name, no blanks. Fields that come twice are refused on the way.</summary>
internal static class CanonicalJson
{
    private const int MaxDepth = 8;
    private static readonly JsonWriterOptions Plain = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping, SkipValidation = true };

    /// <summary>Writes a value.</summary>
    /// <exception cref="UsageFormatException">A field comes twice, it is too deep, or a text is no text.</exception>
    public static string Write(JsonElement value)
    {
        var buffer = new ArrayBufferWriter<byte>(256);
        using (var json = new Utf8JsonWriter(buffer, Plain))
        {
            try
            {
                Write(json, value, 1);
            }
            catch (InvalidOperationException)
            {
                throw new UsageFormatException("bad_text", "It has a text that is no valid Unicode.");
            }
        }

        return Encoding.UTF8.GetString(buffer.WrittenSpan);
    }

    // A name is decoded each time that it is asked for, so it is asked for once.
    private static List<(string Name, JsonElement Value)> Sorted(JsonElement value)
    {
        var fields = new List<(string Name, JsonElement Value)>(value.GetPropertyCount());
        foreach (JsonProperty field in value.EnumerateObject())
        {
            fields.Add((field.Name, field.Value));
        }

        fields.Sort(static (left, right) => string.CompareOrdinal(left.Name, right.Name));
        return fields;
    }

    private static void Write(Utf8JsonWriter json, JsonElement value, int depth)
    {
        if (depth > MaxDepth)
        {
            throw new UsageFormatException("too_deep", $"It is nested more than {MaxDepth} deep.");
        }

        switch (value.ValueKind)
        {
            case JsonValueKind.Object:
                json.WriteStartObject();
                string? last = null;
                foreach ((string name, JsonElement field) in Sorted(value))
                {
                    if (name == last)
                    {
                        throw new UsageFormatException("duplicate_field", $"The field '{EventData.Short(name)}' comes twice.");
                    }

                    last = name;
                    json.WritePropertyName(name);
                    Write(json, field, depth + 1);
                }

                json.WriteEndObject();
                break;
            case JsonValueKind.Array:
                json.WriteStartArray();
                foreach (JsonElement item in value.EnumerateArray())
                {
                    Write(json, item, depth + 1);
                }

                json.WriteEndArray();
                break;
            case JsonValueKind.String:
                json.WriteStringValue(value.GetString());
                break;
            default:
                json.WriteRawValue(value.GetRawText(), skipInputValidation: true);
                break;
        }
    }
}
