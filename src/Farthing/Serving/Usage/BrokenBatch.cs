using System.Text.Json;

namespace Farthing.Serving.Usage;

/// <summary>
/// Takes a batch apart that is no JSON as a whole, such as one with a NaN in it, so that only the events that are none are refused. Brackets and
/// strings must be whole: what was cut off on its way has no end, and nothing of it can be trusted.
/// </summary>
internal static class BrokenBatch
{
    /// <summary>Where the events of an array are in a body.</summary>
    /// <returns>Null where it is no array with an end.</returns>
    public static List<Range>? Split(ReadOnlySpan<byte> body)
    {
        if (body.Trim(" \t\r\n"u8) is not [(byte)'[', .., (byte)']'])
        {
            return null;
        }

        List<Range> events = [];
        var closers = new Stack<byte>();
        int start = 0;
        for (int i = body.IndexOf((byte)'['); i < body.Length; i++)
        {
            switch (body[i])
            {
                case (byte)'"':
                    i = EndOfText(body, i);
                    break;
                case (byte)'[' or (byte)'{':
                    closers.Push(body[i] == '[' ? (byte)']' : (byte)'}');
                    start = closers.Count == 1 ? i + 1 : start;
                    break;
                case (byte)',' when closers.Count == 1:
                    events.Add(start..i);
                    start = i + 1;
                    break;
                case (byte)']' or (byte)'}':
                    if (!closers.TryPop(out byte closer) || closer != body[i])
                    {
                        return null;
                    }

                    if (closers.Count == 0)
                    {
                        events.Add(start..i);
                        return body[(i + 1)..].Trim(" \t\r\n"u8).IsEmpty ? events : null;
                    }

                    break;
            }
        }

        return null;
    }

    /// <summary>The source and the id of an event, as far as it is JSON.</summary>
    public static (string? Source, string? Id) NameOf(ReadOnlySpan<byte> broken)
    {
        string? source = null, id = null, field = null;
        var reader = new Utf8JsonReader(broken);
        try
        {
            while (reader.Read())
            {
                if (reader.CurrentDepth == 1)
                {
                    string? text = reader.TokenType is JsonTokenType.String or JsonTokenType.PropertyName ? EventData.Short(reader.GetString()!) : null;
                    (source, id) = (field == "source" ? text : source, field == "id" ? text : id);
                    field = reader.TokenType == JsonTokenType.PropertyName ? text : null;
                }
            }
        }
        catch (Exception fault) when (fault is JsonException or InvalidOperationException)
        {
            // What came before it is all that is known.
        }

        return (source, id);
    }

    /// <summary>The closing quote of a string; the body's end where it has none.</summary>
    private static int EndOfText(ReadOnlySpan<byte> body, int at)
    {
        for (at++; at < body.Length && body[at] != '"'; at++)
        {
            at += body[at] == '\\' ? 1 : 0;
        }

        return at;
    }
}
