using System.Text.Json;
using Farthing.Gateway.Providers;

namespace Farthing.Gateway.Caching;

/// <summary>Finds the text that a request ends in: the user's last message, where it is plain text and nothing comes after it.</summary>
internal static class LastUserText
{
    /// <summary>The text; null where there is none, with an empty way to it.</summary>
    public static string? Find(JsonElement root, WireShape shape, out IReadOnlyList<PathStep> way)
    {
        List<PathStep> steps = [];
        way = steps;
        var text = shape switch
        {
            WireShape.Chat or WireShape.Messages => OfList(root, "messages", steps),
            WireShape.Responses when root.TryGetProperty("input", out var input) && input.ValueKind == JsonValueKind.String => Step(steps, "input", input),
            WireShape.Responses => OfList(root, "input", steps),
            _ => null,
        };
        if (string.IsNullOrWhiteSpace(text))
        {
            steps.Clear();
            return null;
        }

        return text;
    }

    private static string? OfList(JsonElement root, string name, List<PathStep> steps)
    {
        if (!root.TryGetProperty(name, out var list) || list.ValueKind != JsonValueKind.Array || list.GetArrayLength() is 0 and var count)
        {
            return null;
        }

        count = list.GetArrayLength();
        var last = list[count - 1];
        if (last.ValueKind != JsonValueKind.Object || !Is(last, "role", "user") || (last.TryGetProperty("type", out _) && !Is(last, "type", "message"))
            || !last.TryGetProperty("content", out var content))
        {
            return null;
        }

        steps.AddRange([new PathStep(name), new PathStep(null, count - 1)]);
        if (content.ValueKind == JsonValueKind.String)
        {
            return Step(steps, "content", content);
        }

        if (content.ValueKind != JsonValueKind.Array || content.GetArrayLength() != 1 || content[0] is not { ValueKind: JsonValueKind.Object } part
            || !(Is(part, "type", "text") || Is(part, "type", "input_text")) || !part.TryGetProperty("text", out var text))
        {
            return null;
        }

        steps.AddRange([new PathStep("content"), new PathStep(null, 0)]);
        return Step(steps, "text", text);
    }

    private static string? Step(List<PathStep> steps, string name, JsonElement value)
    {
        steps.Add(new PathStep(name));
        return value.ValueKind == JsonValueKind.String ? value.GetString() : null;
    }

    private static bool Is(JsonElement element, string field, string value) =>
        element.TryGetProperty(field, out var found) && found.ValueKind == JsonValueKind.String && found.ValueEquals(value);
}
