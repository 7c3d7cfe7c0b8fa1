using System.Buffers;
using System.Globalization;
using System.Text;
using System.Text.Json;
using Farthing.Alarms;
using Farthing.Ledger.Alarms;

namespace Farthing.Terminal;

/// <summary>Alarms and messages as JSON; figures are strings of exact decimals.</summary>
internal static class AlarmsJson
{
    private static readonly JsonWriterOptions Plain = new() { Indented = true, Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    public static string Write(AlarmBoard board)
    {
        var buffer = new ArrayBufferWriter<byte>();
        using (var json = new Utf8JsonWriter(buffer, Plain))
        {
            json.WriteStartObject();
            Time(json, "at", board.At);
            json.WriteStartArray("alarms");
            foreach (AlarmLine line in board.Lines)
            {
                json.WriteStartObject();
                json.WriteString("alarm", line.Alarm);
                json.WriteString("kind", line.Kind);
                json.WriteString("subject", line.Subject);
                json.WriteBoolean("firing", line.IsFiring);
                Time(json, "since", line.Since);
                json.WriteBoolean("in_configuration", line.HasRule);
                json.WriteString("observed", line.Observed);
                json.WriteString("limit", line.Limit);
                json.WriteString("unit", line.Unit);
                json.WriteString("summary", line.Summary);
                json.WriteString("problem", line.Problem);
                json.WriteEndObject();
            }

            json.WriteEndArray();
            Messages(json, board.Messages);
            if (board.Sent is { } sent)
            {
                json.WriteNumber("changed", board.Changes);
                json.WriteNumber("delivered", sent.Delivered);
                json.WriteStartArray("failures");
                sent.Failures.ToList().ForEach(json.WriteStringValue);
                json.WriteEndArray();
            }

            json.WriteEndObject();
        }

        return Encoding.UTF8.GetString(buffer.WrittenSpan);
    }

    private static void Messages(Utf8JsonWriter json, IReadOnlyList<OutboxMessage> messages)
    {
        json.WriteStartArray("undelivered");
        foreach (OutboxMessage message in messages)
        {
            json.WriteStartObject();
            json.WriteString("id", message.Id);
            json.WriteString("alarm", message.Alarm);
            json.WriteString("subject", message.Subject);
            json.WriteString("tells", message.State.Code());
            Time(json, "at", message.At);
            json.WriteString("status", message.Status.ToString().ToLowerInvariant());
            json.WriteNumber("tries", message.Tries);
            Time(json, "next", message.Next);
            json.WriteString("detail", message.Detail);
            json.WriteEndObject();
        }

        json.WriteEndArray();
    }

    private static void Time(Utf8JsonWriter json, string name, DateTimeOffset? instant)
    {
        if (instant is { } known)
        {
            json.WriteString(name, known.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss.FFFFFF'Z'", CultureInfo.InvariantCulture));
        }
        else
        {
            json.WriteNull(name);
        }
    }
}
