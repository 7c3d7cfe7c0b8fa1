using System.Globalization;
using System.Text;
using System.Text.Json;

namespace Farthing.Ledger.Alarms;

/// <summary>
/// A change as the receiver gets it: <c>{"type":"alarm.firing","timestamp":…,"data":{…}}</c>. Figures are text, exact. Nothing of a prompt, an answer or a
/// key is in it.
/// </summary>
internal static class AlarmMessage
{
    /// <summary>Writes it.</summary>
    public static string Write(AlarmChange change, AlarmFinding finding)
    {
        using var stream = new MemoryStream();
        using (var json = new Utf8JsonWriter(stream))
        {
            json.WriteStartObject();
            json.WriteString("type", "alarm." + change.State.Code());
            json.WriteString("timestamp", Time(change.At));
            json.WriteStartObject("data");
            json.WriteNumber("change", change.Number);
            json.WriteString("alarm", change.Alarm);
            json.WriteString("kind", change.Kind);
            json.WriteString("subject", change.Subject);
            json.WriteString("state", change.State.Code());
            json.WriteString("since", Time(change.Since));
            json.WriteString("observed", change.Observed);
            json.WriteString("limit", change.Limit);
            json.WriteString("unit", change.Unit);
            json.WriteString("summary", change.Summary);
            Time(json, "window_from", finding.From);
            Time(json, "window_to", finding.To);
            json.WriteStartObject("details");
            foreach (var (name, value) in finding.Details)
            {
                json.WriteString(name, value);
            }

            json.WriteEndObject();
            json.WriteEndObject();
            json.WriteEndObject();
        }

        return Encoding.UTF8.GetString(stream.ToArray());
    }

    private static void Time(Utf8JsonWriter json, string name, DateTimeOffset? instant)
    {
        if (instant is { } known)
        {
            json.WriteString(name, Time(known));
        }
        else
        {
            json.WriteNull(name);
        }
    }

    private static string Time(DateTimeOffset instant) => instant.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss.FFFFFF'Z'", CultureInfo.InvariantCulture);
}
