using System.Text.Json;
using System.Text.Json.Nodes;

namespace Farthing.Simulation.Answers;

/// <summary>A value that a JSON schema allows: the first one of everything.</summary>
internal static class SchemaSample
{
    private const int MaxDepth = 16;

    /// <summary>Makes it. References within the schema are followed.</summary>
    public static string Of(JsonElement schema) => (Make(schema, schema, 0) ?? new JsonObject()).ToJsonString();

    private static JsonNode? Make(JsonElement schema, JsonElement root, int depth)
    {
        if (schema.ValueKind != JsonValueKind.Object || depth > MaxDepth)
        {
            return null;
        }

        if (Get(schema, "$ref")?.GetString() is { } reference)
        {
            return Make(reference.Split('/').Skip(1).Aggregate(root, static (at, name) => Get(at, name) ?? default), root, depth + 1);
        }

        if ((Get(schema, "const") ?? First(schema, "enum") ?? Get(schema, "default")) is { } value)
        {
            return JsonNode.Parse(value.GetRawText());
        }

        if ((First(schema, "anyOf") ?? First(schema, "oneOf")) is { } option)
        {
            return Make(option, root, depth + 1);
        }

        JsonElement? type = Get(schema, "type") is { ValueKind: JsonValueKind.Array } ? First(schema, "type") : Get(schema, "type");
        return type?.GetString() switch
        {
            "string" => "text",
            "integer" => Get(schema, "minimum") is { ValueKind: JsonValueKind.Number } least && least.TryGetInt64(out long whole) ? whole : 1,
            "number" => Get(schema, "minimum") is { ValueKind: JsonValueKind.Number } least ? least.GetDouble() : 1.5,
            "boolean" => true,
            "null" => null,
            "array" => new JsonArray(Make(Get(schema, "items") ?? default, root, depth + 1)),
            _ => MakeObject(schema, root, depth),
        };
    }

    private static JsonObject MakeObject(JsonElement schema, JsonElement root, int depth)
    {
        var made = new JsonObject();
        if (Get(schema, "properties") is { ValueKind: JsonValueKind.Object } properties)
        {
            foreach (JsonProperty property in properties.EnumerateObject())
            {
                made[property.Name] = Make(property.Value, root, depth + 1);
            }
        }

        return made;
    }

    private static JsonElement? Get(JsonElement from, string name) =>
        from.ValueKind == JsonValueKind.Object && from.TryGetProperty(name, out JsonElement value) ? value : null;

    private static JsonElement? First(JsonElement from, string name) =>
        Get(from, name) is { ValueKind: JsonValueKind.Array } list && list.GetArrayLength() > 0 ? list[0] : null;
}
