using System.Text.Json;
using Farthing.Ledger.Usage;

namespace Farthing.Serving.Usage;

/// <summary>The envelope of an event: CloudEvents 1.0 (https://github.com/cloudevents/spec/blob/v1.0.2/cloudevents/spec.md).</summary>
/// <param name="Source">Who reports it.</param>
/// <param name="Id">Its id within the source.</param>
/// <param name="Type">Its kind.</param>
/// <param name="At">When it happened.</param>
/// <param name="Data">What it says.</param>
internal sealed record CloudEvent(string Source, string Id, string Type, DateTimeOffset At, JsonElement Data)
{
    /// <summary>Reads an event that is written whole as JSON. Attributes that Farthing has no use for are left alone.</summary>
    /// <exception cref="UsageFormatException">It is no event.</exception>
    public static CloudEvent Read(JsonElement element)
    {
        EventData envelope = EventData.Of(element, "the event");
        string version = envelope.Text("specversion");
        if (version != "1.0")
        {
            throw new UsageFormatException("bad_version", $"'specversion' is '{EventData.Short(version)}': write \"1.0\".");
        }

        if (envelope.OptionalText("datacontenttype") is { } type && !IsJson(type))
        {
            throw new UsageFormatException("bad_content_type", $"'datacontenttype' is '{EventData.Short(type)}': the data must be JSON.");
        }

        if (envelope.Has("data_base64"))
        {
            throw new UsageFormatException("bad_field", "'data_base64' is not taken: write 'data' as a JSON object.");
        }

        return Of(
            envelope.Text("source", UsageEvent.MaxNameLength),
            envelope.Text("id", UsageEvent.MaxNameLength),
            envelope.Text("type", UsageEvent.MaxNameLength),
            envelope.Text("time"),
            envelope.Find("data"));
    }

    /// <summary>An event from its parts.</summary>
    public static CloudEvent Of(string source, string id, string type, string time, JsonElement? data) => new(
        source, id, type, EventTimeText.Parse(time), data ?? throw new UsageFormatException("missing_field", "'data' is missing from the event."));

    /// <summary>Whether a media type is that of JSON.</summary>
    public static bool IsJson(string type)
    {
        string plain = type.Split(';')[0].Trim();
        return plain.Equals("application/json", StringComparison.OrdinalIgnoreCase) || plain.EndsWith("+json", StringComparison.OrdinalIgnoreCase);
    }
}
