using System.Buffers;
using System.Text.Json;

namespace Farthing.Gateway.Booking;

/// <summary>Attempts as lines of JSON. Each thread writes into a buffer of its own that is used again.</summary>
internal static class AttemptLine
{
    [ThreadStatic]
    private static (ArrayBufferWriter<byte> Buffer, Utf8JsonWriter Json)? _own;

    /// <summary>The line without its end; valid until this thread asks for the next one.</summary>
    public static ReadOnlySpan<byte> Of(AttemptRecord record)
    {
        if (_own is not { } own)
        {
            var buffer = new ArrayBufferWriter<byte>(1024);
            _own = own = (buffer, new Utf8JsonWriter(buffer, new JsonWriterOptions { SkipValidation = true }));
        }

        own.Buffer.ResetWrittenCount();
        own.Json.Reset();
        JsonSerializer.Serialize(own.Json, record, AttemptJson.Default.AttemptRecord);
        return own.Buffer.WrittenSpan;
    }

    /// <summary>Which attempt a line is the start of; null where it is an end.</summary>
    public static (string Request, int Attempt)? StartOf(ReadOnlySpan<byte> line)
    {
        var json = new Utf8JsonReader(line);
        var (request, attempt) = ("", 0);
        json.Read();
        while (json.Read() && json.TokenType == JsonTokenType.PropertyName)
        {
            if (json.ValueTextEquals("EndedAt"u8))
            {
                return null;
            }

            var (isRequest, isAttempt) = (json.ValueTextEquals("RequestId"u8), json.ValueTextEquals("Attempt"u8));
            json.Read();
            request = isRequest ? json.GetString()! : request;
            attempt = isAttempt ? json.GetInt32() : attempt;
            json.Skip();
        }

        return (request, attempt);
    }
}
