using System.Globalization;
using System.Text.Json;

namespace Farthing.Gateway.Translation.Requests;

/// <summary>A value of a request that knows its path, so that a refusal can name it.</summary>
internal sealed class RequestNode(JsonElement element, RequestNode? parent = null, string? name = null, int index = -1)
{
    /// <summary>The value.</summary>
    public JsonElement Element => element;

    /// <summary>Such as <c>messages[2].content</c>; empty for the body.</summary>
    public string Path => parent is null ? ""
        : name is null ? string.Create(CultureInfo.InvariantCulture, $"{parent.Path}[{index}]")
        : parent.Path is { Length: > 0 } path ? $"{path}.{name}" : name;

    /// <summary>Whether it is a text.</summary>
    public bool IsText => element.ValueKind == JsonValueKind.String;

    /// <summary>Whether it is a list.</summary>
    public bool IsList => element.ValueKind == JsonValueKind.Array;

    /// <summary>Whether it is true.</summary>
    public bool IsTrue => element.ValueKind == JsonValueKind.True;

    /// <summary>A field; null where it is missing or null.</summary>
    public RequestNode? this[string field] =>
        element.Field(field) is { ValueKind: not (JsonValueKind.Undefined or JsonValueKind.Null) } value ? new RequestNode(value, this, field) : null;

    /// <summary>The text.</summary>
    public string Text() => element.AsText() ?? throw Refusal("must be a text.");

    /// <summary>A field's text; null where it is missing.</summary>
    public string? Text(string field) => this[field]?.Text();

    /// <summary>A field that must be there.</summary>
    public RequestNode Needed(string field) => this[field] ?? throw new RequestRefusedException(
        parent is null ? field : $"{Path}.{field}", "is missing.");

    /// <summary>A whole number.</summary>
    public long Whole(long min) =>
        element.ValueKind == JsonValueKind.Number && element.TryGetInt64(out long value) && value >= min
            ? value
            : throw Refusal(string.Create(CultureInfo.InvariantCulture, $"must be a whole number of at least {min}."));

    /// <summary>A number in a range.</summary>
    public double Number(double min, double max) =>
        element.ValueKind == JsonValueKind.Number && element.TryGetDouble(out double value) && value >= min && value <= max
            ? value
            : throw Refusal(string.Create(CultureInfo.InvariantCulture, $"must be a number from {min} to {max}."));

    /// <summary>The items of a list.</summary>
    public IEnumerable<RequestNode> Items()
    {
        if (!IsList)
        {
            throw Refusal("must be a list.");
        }

        int at = 0;
        foreach (JsonElement item in element.EnumerateArray())
        {
            yield return new RequestNode(item, this, null, at++);
        }
    }

    /// <summary>This value must be an object.</summary>
    public RequestNode Object() => element.ValueKind == JsonValueKind.Object ? this : throw Refusal("must be an object.");

    /// <summary>A refusal of this value.</summary>
    public RequestRefusedException Refusal(string message) => new(Path, message);

    /// <summary>
    /// Reads a body and does something with it; what is wrong with it is a refusal. Lone surrogates, which JSON can escape and UTF-8
    /// can't hold, come to light when a text is read, as an invalid operation.
    /// </summary>
    public static T Read<T>(ReadOnlyMemory<byte> body, Func<RequestNode, T> use)
    {
        try
        {
            using var document = JsonDocument.Parse(body, JsonForms.Reading);
            var root = new RequestNode(document.RootElement);
            return use(document.RootElement.ValueKind == JsonValueKind.Object
                ? root
                : throw root.Refusal("The body must be a JSON object."));
        }
        catch (JsonException error)
        {
            throw new RequestRefusedException("", $"The body is not JSON: {error.Message}", error);
        }
        catch (Exception error) when (error is InvalidOperationException or ArgumentException)
        {
            throw new RequestRefusedException("", "The body has a text with half a character in it (a lone surrogate). Send whole characters.", error);
        }
    }
}
