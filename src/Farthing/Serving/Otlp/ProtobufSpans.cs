using Google.Protobuf;
using OpenTelemetry.Proto.Common.V1;
using OpenTelemetry.Proto.Resource.V1;
using OpenTelemetry.Proto.Trace.V1;

namespace Farthing.Serving.Otlp;

/// <summary>
/// Takes a request in protobuf apart that can't be read as a whole, so that only the spans that are at fault are refused: its reader refuses all of it for
/// one text that is not UTF-8 (https://github.com/open-telemetry/opentelemetry-proto/blob/v1.3.2/opentelemetry/proto/trace/v1/trace.proto).
/// </summary>
internal static class ProtobufSpans
{
    private const string Why = "a text in it is not UTF-8, or it is cut off.";

    /// <summary>The spans of a request, resource by resource.</summary>
    /// <exception cref="InvalidProtocolBufferException">It is no request: what holds the spans can't be read.</exception>
    public static IEnumerable<SentSpan> Of(ByteString request)
    {
        foreach (ByteString group in Fields(request, 1))
        {
            Resource? resource = null;
            SentSpan? bad = null;
            foreach (ByteString each in Fields(group, 1))
            {
                bad = TryRead(Resource.Parser, each, out resource) ? bad : SentSpan.Unread(new Span(), "Its resource", Why);
            }

            foreach (ByteString span in Fields(group, 2).SelectMany(static scope => Fields(scope, 2)))
            {
                yield return !TryRead(Span.Parser, span, out Span? read) ? SentSpan.Unread(Named(span), WhatOf(span), Why)
                    : bad is null ? new SentSpan(resource, read!, null)
                    : bad with { Span = read! };
            }
        }
    }

    private static bool TryRead<T>(MessageParser<T> parser, ByteString bytes, out T? read)
        where T : class, IMessage<T>
    {
        try
        {
            read = parser.ParseFrom(bytes);
            return true;
        }
        catch (InvalidProtocolBufferException)
        {
            read = null;
            return false;
        }
    }

    /// <summary>The span's ids, as far as they can be found.</summary>
    private static Span Named(ByteString span)
    {
        var named = new Span();
        try
        {
            named.TraceId = Fields(span, 1).LastOrDefault() ?? ByteString.Empty;
            named.SpanId = Fields(span, 2).LastOrDefault() ?? ByteString.Empty;
        }
        catch (InvalidProtocolBufferException)
        {
            // It is cut off.
        }

        return named;
    }

    private static string WhatOf(ByteString span)
    {
        try
        {
            int place = Fields(span, 9).TakeWhile(static attribute => TryRead(KeyValue.Parser, attribute, out _)).Count() + 1;
            return place <= Fields(span, 9).Count ? $"Its attribute {place}" : "It";
        }
        catch (InvalidProtocolBufferException)
        {
            return "It";
        }
    }

    /// <summary>The messages and texts in a field of a message.</summary>
    private static List<ByteString> Fields(ByteString message, int field)
    {
        List<ByteString> found = [];
        using CodedInputStream input = message.CreateCodedInput();
        while (input.ReadTag() is not 0 and var tag)
        {
            if (tag == WireFormat.MakeTag(field, WireFormat.WireType.LengthDelimited))
            {
                found.Add(input.ReadBytes());
            }
            else
            {
                input.SkipLastField();
            }
        }

        return found;
    }
}
