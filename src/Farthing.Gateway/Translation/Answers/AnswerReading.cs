using System.Text.Json;

namespace Farthing.Gateway.Translation.Answers;

/// <summary>Opens an answer; what is wrong with it is one kind of exception.</summary>
internal static class AnswerReading
{
    /// <summary>Reads a body and does something with it.</summary>
    public static T Read<T>(ReadOnlyMemory<byte> body, Func<JsonElement, T> use)
    {
        try
        {
            using var document = JsonDocument.Parse(body, JsonForms.Reading);
            return document.RootElement.ValueKind == JsonValueKind.Object
                ? use(document.RootElement)
                : throw new AnswerUnreadableException("The provider's answer is no JSON object.");
        }
        catch (JsonException error)
        {
            throw new AnswerUnreadableException($"The provider's answer is not JSON: {error.Message}", error);
        }
        catch (Exception error) when (error is InvalidOperationException or ArgumentException)
        {
            throw new AnswerUnreadableException("The provider's answer has a text with half a character in it.", error);
        }
    }
}
