using System.Globalization;
using System.Runtime.InteropServices;
using System.Text;
using System.Text.Json;
using Google.Protobuf;
using OpenTelemetry.Proto.Common.V1;
using OpenTelemetry.Proto.Resource.V1;
using OpenTelemetry.Proto.Trace.V1;

namespace Farthing.Serving.Otlp;

/// <summary>
/// Takes a request in JSON apart that can't be read as a whole, so that only the spans that are at fault are refused: protobuf's reader of JSON refuses
/// all of it for one number that is beyond its kind.
/// </summary>
internal static class JsonSpans
{
    private static readonly JsonParser Parser = new(JsonParser.Settings.Default.WithIgnoreUnknownFields(true));
    private static readonly UTF8Encoding Strict = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    // The whole numbers of a span that have no sign.
    private static readonly string[] Times = ["startTimeUnixNano", "endTimeUnixNano", "start_time_unix_nano", "end_time_unix_nano"];

    /// <summary>Reads a message of OTLP.</summary>
    /// <exception cref="InvalidProtocolBufferException">A value is none of its field.</exception>
    /// <exception cref="InvalidJsonException">It is no JSON.</exception>
    /// <exception cref="DecoderFallbackException">It is no UTF-8.</exception>
    public static T Read<T>(ReadOnlySpan<byte> json)
        where T : IMessage, new() => Parser.Parse<T>(Strict.GetString(json));

    /// <summary>The spans of a request, resource by resource; null where it has no lists of spans at all.</summary>
    public static List<SentSpan>? Of(ReadOnlyMemory<byte> request)
    {
        try
        {
            using JsonDocument document = JsonDocument.Parse(request);
            return [.. Items(document.RootElement, "resourceSpans", "resource_spans").SelectMany(OfResource)];
        }
        catch (Exception error) when (error is JsonException or InvalidOperationException)
        {
            // What holds the spans is no JSON, or is not what it must be.
            return null;
        }
    }

    private static IEnumerable<SentSpan> OfResource(JsonElement group)
    {
        Resource? resource = null;
        SentSpan? bad = null;
        foreach (JsonElement each in Values(group, "resource", "resource"))
        {
            bad = TryRead(each, out resource) is { } why ? SentSpan.Unread(new Span(), "Its resource", why) : bad;
        }

        foreach (JsonElement span in Items(group, "scopeSpans", "scope_spans").SelectMany(static scope => Items(scope, "spans", "spans")))
        {
            yield return TryRead(span, out Span? read) is { } why ? SentSpan.Unread(Named(span), WhatOf(span), why)
                : bad is null ? new SentSpan(resource, read!, null)
                : bad with { Span = read! };
        }
    }

    /// <summary>Reads a message; what keeps it from being read where something does.</summary>
    private static string? TryRead<T>(JsonElement element, out T? read)
        where T : class, IMessage, new()
    {
        ReadOnlySpan<byte> bytes = JsonMarshal.GetRawUtf8Value(element);
        try
        {
            // What is left of an id that is emptied would have its bytes replaced in silence.
            _ = Strict.GetCharCount(bytes);
            read = HexIds.Emptied(bytes) is { } emptied ? Parser.Parse<T>(emptied) : Read<T>(bytes);
            return null;
        }
        catch (DecoderFallbackException)
        {
            read = null;
            return "a text in it is not UTF-8.";
        }
        catch (Exception error) when (error is InvalidProtocolBufferException or InvalidJsonException or FormatException or OverflowException or InvalidOperationException)
        {
            read = null;
            return "a value is none that its field takes, such as a whole number beyond 64 bits or a time below 0.";
        }
    }

    /// <summary>The part of a span that can't be read.</summary>
    private static string WhatOf(JsonElement span)
    {
        foreach (string time in Times)
        {
            if (span.ValueKind == JsonValueKind.Object && span.TryGetProperty(time, out JsonElement value) && !ulong.TryParse(value.ToString(), NumberStyles.None, CultureInfo.InvariantCulture, out _))
            {
                return $"Its '{time}'";
            }
        }

        int place = 0;
        foreach (JsonElement attribute in span.ValueKind == JsonValueKind.Object ? Items(span, "attributes", "attributes") : [])
        {
            place++;
            if (TryRead<KeyValue>(attribute, out _) is not null)
            {
                return $"Its attribute {place}";
            }
        }

        return "It";
    }

    private static Span Named(JsonElement span)
    {
        var named = new Span { TraceId = Id("traceId", "trace_id"), SpanId = Id("spanId", "span_id") };
        return named;

        ByteString Id(string name, string other)
        {
            try
            {
                return span.ValueKind == JsonValueKind.Object && Values(span, name, other).LastOrDefault() is { ValueKind: JsonValueKind.String } id
                    ? ByteString.CopyFrom(Convert.FromHexString(id.GetString()!))
                    : ByteString.Empty;
            }
            catch (Exception error) when (error is FormatException or InvalidOperationException)
            {
                return ByteString.Empty;
            }
        }
    }

    /// <summary>The items of a list; none where it is left out.</summary>
    /// <exception cref="InvalidOperationException">It is no list.</exception>
    private static IEnumerable<JsonElement> Items(JsonElement element, string name, string other) =>
        Values(element, name, other).SelectMany(static list => list.EnumerateArray());

    // A name that comes twice says more of the same, as in protobuf.
    private static IEnumerable<JsonElement> Values(JsonElement element, string name, string other) => element.EnumerateObject()
        .Where(field => (field.NameEquals(name) || field.NameEquals(other)) && field.Value.ValueKind != JsonValueKind.Null)
        .Select(static field => field.Value);
}
