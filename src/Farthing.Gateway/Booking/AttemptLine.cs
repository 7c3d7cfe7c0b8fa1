using System.Buffers;
using System.Text.Json;

namespace Farthing.Gateway.Booking;

/// <summary>Writes attempts as lines of JSON, each thread into a buffer of its own that is used again.</summary>
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
}
