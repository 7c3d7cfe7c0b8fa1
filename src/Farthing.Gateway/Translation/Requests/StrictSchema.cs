using System.Text.Json;

namespace Farthing.Gateway.Translation.Requests;

/// <summary>
/// Whether OpenAI takes a schema as <c>strict</c>: every object lists all its properties as required and allows no others. Source: the
/// rules of OpenAI's structured outputs. A schema that doesn't fit is still sent, as one that the model is not held to letter by letter.
/// </summary>
internal static class StrictSchema
{
    private static readonly string[] Lists = ["anyOf", "prefixItems"];
    private static readonly string[] Refused = ["oneOf", "allOf", "not", "if", "patternProperties", "dependentRequired", "dependentSchemas"];

    /// <summary>Whether it fits.</summary>
    public static bool Fits(JsonElement schema)
    {
        if (schema.ValueKind != JsonValueKind.Object)
        {
            return false;
        }

        if (Refused.Any(word => schema.Field(word).ValueKind != JsonValueKind.Undefined))
        {
            return false;
        }

        JsonElement properties = schema.Field("properties");
        bool isObject = schema.TextField("type") == "object" || properties.ValueKind == JsonValueKind.Object;
        return (!isObject || IsClosed(schema, properties))
            && All(properties)
            && All(schema.Field("$defs"))
            && All(schema.Field("definitions"))
            && (schema.Field("items") is { ValueKind: JsonValueKind.Undefined } || Fits(schema.Field("items")))
            && Lists.All(word => schema.Field(word).Items().All(Fits));
    }

    private static bool IsClosed(JsonElement schema, JsonElement properties)
    {
        if (schema.Field("additionalProperties").ValueKind != JsonValueKind.False || properties.ValueKind != JsonValueKind.Object)
        {
            return false;
        }

        HashSet<string?> required = [.. schema.Field("required").Items().Select(static name => name.AsText())];
        return properties.EnumerateObject().All(property => required.Contains(property.Name));
    }

    private static bool All(JsonElement named) =>
        named.ValueKind != JsonValueKind.Object || named.EnumerateObject().All(static property => Fits(property.Value));
}
