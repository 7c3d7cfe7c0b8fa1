namespace Farthing.Serving.Otlp;

/// <summary>Counts what a body of spans would become, before any of it is made.</summary>
internal static class SpanCount
{
    /// <summary>Messages that a span may have on average.</summary>
    public const long PerSpan = 64;

    private const int LengthDelimited = 2;

    // The messages within a message, by their field; those that are not here hold nothing that repeats.
    private static readonly Dictionary<(Kind, int), Kind> Within = new()
    {
        [(Kind.Request, 1)] = Kind.ResourceSpans,
        [(Kind.ResourceSpans, 1)] = Kind.Resource,
        [(Kind.ResourceSpans, 2)] = Kind.ScopeSpans,
        [(Kind.Resource, 1)] = Kind.Attribute,
        [(Kind.Resource, 3)] = Kind.Attribute,
        [(Kind.ScopeSpans, 1)] = Kind.Scope,
        [(Kind.ScopeSpans, 2)] = Kind.Span,
        [(Kind.Scope, 3)] = Kind.Attribute,
        [(Kind.Span, 9)] = Kind.Attribute,
        [(Kind.Span, 11)] = Kind.Event,
        [(Kind.Span, 13)] = Kind.Link,
        [(Kind.Event, 3)] = Kind.Attribute,
        [(Kind.Link, 4)] = Kind.Attribute,
        [(Kind.Attribute, 2)] = Kind.Value,
        [(Kind.Value, 5)] = Kind.Values,
        [(Kind.Value, 6)] = Kind.Pairs,
        [(Kind.Values, 1)] = Kind.Value,
        [(Kind.Pairs, 1)] = Kind.Attribute,
    };

    private enum Kind
    {
        Request,
        ResourceSpans,
        Resource,
        ScopeSpans,
        Scope,
        Span,
        Event,
        Link,
        Attribute,
        Value,
        Values,
        Pairs,
    }

    /// <summary>Messages in protobuf, up to a little more than some number. What is no protobuf is left to its own reader.</summary>
    public static long OfProtobuf(ReadOnlySpan<byte> body, long most)
    {
        var open = new Stack<(Kind Kind, int Start, int End)>([(Kind.Request, 0, body.Length)]);
        long count = 0;
        while (count + open.Count <= most && open.TryPop(out var message))
        {
            count++;
            int at = message.Start;
            while (at < message.End && TryReadVarint(body[..message.End], ref at, out ulong tag) && TrySkip(body[..message.End], ref at, (int)(tag & 7), out int start))
            {
                if ((tag & 7) == LengthDelimited && Within.TryGetValue((message.Kind, (int)Math.Min(tag >> 3, int.MaxValue)), out Kind inner))
                {
                    open.Push((inner, start, at));
                }
            }
        }

        return count + open.Count;
    }

    /// <summary>Objects in JSON, at most.</summary>
    public static long OfJson(ReadOnlySpan<byte> body) => body.Count((byte)'{');

    /// <summary>Steps over a field's value, which begins at <paramref name="start"/>.</summary>
    private static bool TrySkip(ReadOnlySpan<byte> bytes, ref int at, int wireType, out int start)
    {
        start = at;
        ulong length;
        switch (wireType)
        {
            case 0:
                return TryReadVarint(bytes, ref at, out _);
            case 1:
                length = 8;
                break;
            case LengthDelimited when TryReadVarint(bytes, ref at, out length):
                start = at;
                break;
            case 5:
                length = 4;
                break;
            default:
                return false;
        }

        if (length > (ulong)(bytes.Length - at))
        {
            return false;
        }

        at += (int)length;
        return true;
    }

    private static bool TryReadVarint(ReadOnlySpan<byte> bytes, ref int at, out ulong value)
    {
        value = 0;
        for (int shift = 0; shift < 64 && at < bytes.Length; shift += 7)
        {
            byte next = bytes[at++];
            value |= (ulong)(next & 0x7F) << shift;
            if (next < 0x80)
            {
                return true;
            }
        }

        return false;
    }
}
