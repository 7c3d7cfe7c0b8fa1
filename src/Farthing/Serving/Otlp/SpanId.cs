using Google.Protobuf;
using OpenTelemetry.Proto.Trace.V1;

namespace Farthing.Serving.Otlp;

/// <summary>The id of a span among all: its trace's id and its own.</summary>
internal static class SpanId
{
    private const int TraceBytes = 16;
    private const int SpanBytes = 8;

    /// <summary>Such as <c>5b8efff798038103d269b633813fc60c-eee19b7ec3c1b174</c>; null where there is none.</summary>
    public static string? Of(Span span) =>
        Hex(span.TraceId, TraceBytes) is { } trace && Hex(span.SpanId, SpanBytes) is { } own ? $"{trace}-{own}" : null;

    /// <summary>OTLP writes ids in JSON as hexadecimal digits, which protobuf's reader of JSON takes for base 64: that is turned back.</summary>
    private static string? Hex(ByteString id, int length)
    {
        string text = id.Length == length ? Convert.ToHexStringLower(id.Span)
            : id.Length == length * 2 * 3 / 4 ? Convert.ToBase64String(id.Span).ToLowerInvariant()
            : "";
        return text.Length == length * 2 && text.All(char.IsAsciiHexDigit) && text.Any(static c => c != '0') ? text : null;
    }
}
