using System.Text;
using System.Text.Json;
using Farthing.Gateway.Providers;

namespace Farthing.Serving.Template;

/// <summary>What a request wants of the template captioner, in any of the three shapes.</summary>
/// <param name="Shape">The shape.</param>
/// <param name="Model">The model as it was asked for.</param>
/// <param name="Prompt">The text to caption: what the user said last.</param>
/// <param name="IsStream">Whether a stream is wanted.</param>
/// <param name="WantsUsage">Whether a chat stream's usage is wanted.</param>
/// <param name="WantsJson">Whether the answer must be JSON.</param>
/// <param name="Fields">The fields that the JSON must have, all texts; empty for the captioner's own; null where a schema wants something else, or too many.</param>
/// <param name="MaxTokens">The most tokens of an answer.</param>
/// <param name="Choices">How many answers.</param>
internal sealed record TemplateRequest(
    WireShape Shape, string Model, string Prompt, bool IsStream, bool WantsUsage, bool WantsJson, IReadOnlyList<string>? Fields, long MaxTokens, int Choices)
{
    /// <summary>The most fields of a schema.</summary>
    public const int MostFields = 100;

    private const int MostChoices = 16;

    // As long as what the semantic cache reads; a caption repeats it several times.
    private const int MostCaptioned = 8_000;

    /// <summary>What of the prompt is captioned: a longer one's beginning, up to a blank.</summary>
    public string Captioned => Prompt.Length <= MostCaptioned ? Prompt
        : Prompt.LastIndexOf(' ', MostCaptioned) is > 0 and var blank ? Prompt[..blank]
        : Prompt[..(char.IsHighSurrogate(Prompt[MostCaptioned - 1]) ? MostCaptioned - 1 : MostCaptioned)];

    /// <summary>Reads a body; null where it has nothing that a user said.</summary>
    /// <exception cref="JsonException">It is no JSON.</exception>
    public static TemplateRequest? Read(WireShape shape, ReadOnlyMemory<byte> body)
    {
        using var document = JsonDocument.Parse(body);
        JsonElement root = document.RootElement;
        string? prompt = shape == WireShape.Responses ? OfInput(Get(root, "input")) : LastOfUser(Get(root, "messages"));
        JsonElement format = shape switch
        {
            WireShape.Chat => Get(root, "response_format"),
            WireShape.Messages => Get(Get(root, "output_config"), "format"),
            _ => Get(Get(root, "text"), "format"),
        };
        JsonElement schema = Get(shape == WireShape.Chat ? Get(format, "json_schema") : format, "schema");
        return prompt is null ? null : new TemplateRequest(
            shape,
            Text(Get(root, "model")) ?? "",
            prompt,
            Get(root, "stream").ValueKind == JsonValueKind.True,
            shape != WireShape.Chat || Get(Get(root, "stream_options"), "include_usage").ValueKind == JsonValueKind.True,
            Text(Get(format, "type")) is "json_object" or "json_schema",
            FieldsOf(Get(schema, "properties")),
            Whole(root, "max_completion_tokens") ?? Whole(root, "max_tokens") ?? Whole(root, "max_output_tokens") ?? long.MaxValue,
            shape == WireShape.Chat ? (int)Math.Clamp(Whole(root, "n") ?? 1, 1, MostChoices) : 1);
    }

    private static string[]? FieldsOf(JsonElement properties) => properties.ValueKind != JsonValueKind.Object ? []
        : properties.EnumerateObject().Count() <= MostFields && properties.EnumerateObject().All(static field => Text(Get(field.Value, "type")) == "string" && Get(field.Value, "enum").ValueKind == JsonValueKind.Undefined)
            ? [.. properties.EnumerateObject().Select(static field => field.Name)]
            : null;

    private static string? OfInput(JsonElement input) => Text(input) ?? LastOfUser(input);

    private static string? LastOfUser(JsonElement messages)
    {
        if (messages.ValueKind != JsonValueKind.Array)
        {
            return null;
        }

        foreach (JsonElement message in messages.EnumerateArray().Reverse())
        {
            if (Text(Get(message, "role")) == "user" && Texts(Get(message, "content")) is { Length: > 0 } said)
            {
                return said;
            }
        }

        return null;
    }

    private static string Texts(JsonElement content)
    {
        if (Text(content) is { } text)
        {
            return text;
        }

        var all = new StringBuilder();
        foreach (JsonElement part in content.ValueKind == JsonValueKind.Array ? content.EnumerateArray() : default)
        {
            all.Append(all.Length > 0 ? " " : "").Append(Text(Get(part, "text")));
        }

        return all.ToString();
    }

    private static string? Text(JsonElement value) => value.ValueKind == JsonValueKind.String ? value.GetString() : null;

    private static long? Whole(JsonElement root, string name) =>
        Get(root, name) is { ValueKind: JsonValueKind.Number } number && number.TryGetInt64(out long value) && value > 0 ? value : null;

    private static JsonElement Get(JsonElement from, string name) =>
        from.ValueKind == JsonValueKind.Object && from.TryGetProperty(name, out JsonElement value) ? value : default;
}
