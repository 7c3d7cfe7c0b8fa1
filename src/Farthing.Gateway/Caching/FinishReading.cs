using System.Text.Json;
using Farthing.Gateway.Providers;
using Farthing.Gateway.Wire;

namespace Farthing.Gateway.Caching;

/// <summary>
/// Whether an answer ended as answers should: by itself, at a stop sequence, or in a call of the client's tools. One that was cut at
/// its length, filtered, refused, paused or broken is not kept. What a translation made of an end does not count for more than the provider's own word,
/// which is looked at before.
/// </summary>
internal static class FinishReading
{
    /// <summary>An answer that came whole, in the client's shape.</summary>
    public static bool IsNormal(WireShape shape, ReadOnlyMemory<byte> body)
    {
        try
        {
            using var document = JsonDocument.Parse(body);
            var root = document.RootElement;
            return root.ValueKind == JsonValueKind.Object && !(root.TryGetProperty("error", out var error) && error.ValueKind != JsonValueKind.Null) && shape switch
            {
                WireShape.Chat => List(root, "choices").Any() && List(root, "choices").All(static choice => IsChatReason(choice) && !IsRefusal(choice, "message")),
                WireShape.Messages => IsMessagesReason(root),
                WireShape.Responses => IsCompleted(root),
                WireShape.Embeddings => List(root, "data").Any(),
                _ => false,
            };
        }
        catch (Exception fault) when (fault is JsonException or InvalidOperationException)
        {
            return false;
        }
    }

    /// <summary>A stream that came whole, in the client's shape.</summary>
    public static bool IsNormalStream(WireShape shape, ReadOnlyMemory<byte> bytes)
    {
        try
        {
            var framer = new SseFramer();
            framer.Add(bytes.Span);
            var reading = new StreamFinish(shape);
            while (framer.TryRead(out var found))
            {
                reading.Take(found.Data);
            }

            return reading.IsNormal && !framer.HasRest;
        }
        catch (Exception fault) when (fault is JsonException or InvalidOperationException or InvalidDataException)
        {
            return false;
        }
    }

    /// <summary>Whether a choice of a chat ended as it should.</summary>
    internal static bool IsChatReason(JsonElement choice) => FinishWords.Of(WireShape.Chat, Text(choice, "finish_reason")) == AnswerFinish.Whole;

    /// <summary>Whether a message of Anthropic's, or the delta that ends one, ended as it should.</summary>
    internal static bool IsMessagesReason(JsonElement message) => FinishWords.Of(WireShape.Messages, Text(message, "stop_reason")) == AnswerFinish.Whole;

    /// <summary>Whether a response is complete and no refusal.</summary>
    internal static bool IsCompleted(JsonElement response) => Text(response, "status") == "completed"
        && !List(response, "output").SelectMany(static item => List(item, "content")).Any(static part => Text(part, "type") == "refusal");

    /// <summary>Whether the model refused, in the words of its message.</summary>
    internal static bool IsRefusal(JsonElement choice, string message) =>
        choice.TryGetProperty(message, out var found) && found.ValueKind == JsonValueKind.Object && Text(found, "refusal") is { Length: > 0 };

    /// <summary>A text under a name; null where there is none.</summary>
    internal static string? Text(JsonElement element, string name) =>
        element.ValueKind == JsonValueKind.Object && element.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String ? value.GetString() : null;

    /// <summary>The items of a list under a name; empty where there is none.</summary>
    internal static IEnumerable<JsonElement> List(JsonElement element, string name) =>
        element.ValueKind == JsonValueKind.Object && element.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.Array ? value.EnumerateArray() : [];
}
