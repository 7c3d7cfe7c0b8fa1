using System.Globalization;
using System.Text.Json;

namespace Farthing.Gateway.Translation.Errors;

/// <summary>What an error body says, whichever protocol it is in. A body that can't be read says nothing but its status.</summary>
/// <param name="Message">For people.</param>
/// <param name="Type">The type, such as <c>rate_limit_error</c>.</param>
/// <param name="Code">OpenAI's code, such as <c>insufficient_quota</c>.</param>
/// <param name="Param">OpenAI's name of the field at fault.</param>
internal sealed record ErrorFacts(string Message, string? Type, string? Code, string? Param)
{
    /// <summary>Longer ones are cut: an error is for people.</summary>
    private const int MaxMessage = 4_000;

    /// <summary>Reads a body.</summary>
    public static ErrorFacts Read(int status, ReadOnlyMemory<byte> body)
    {
        try
        {
            using var document = JsonDocument.Parse(body, JsonForms.Reading);
            return Read(document.RootElement) ?? Unreadable(status);
        }
        catch (Exception error) when (error is JsonException or InvalidOperationException or ArgumentException)
        {
            return Unreadable(status);
        }
    }

    /// <summary>Reads <c>{"error":{…}}</c>; null where there is no message.</summary>
    public static ErrorFacts? Read(JsonElement body)
    {
        JsonElement error = body.Field("error");
        string? message = error.AsText() ?? error.TextField("message") ?? body.TextField("message");
        return message is null
            ? null
            : new ErrorFacts(message.Length > MaxMessage ? message[..MaxMessage] : message, error.TextField("type"), error.TextField("code"), error.TextField("param"));
    }

    private static ErrorFacts Unreadable(int status) =>
        new(string.Create(CultureInfo.InvariantCulture, $"The provider answered {status} without a message that can be read."), null, null, null);
}
