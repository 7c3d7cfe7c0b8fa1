using System.Globalization;
using System.Text.Json;
using Farthing.Gateway.Configuration;
using Microsoft.AspNetCore.Http;

namespace Farthing.Serving.Usage;

/// <summary>One event of a body: read, or with what keeps it from being.</summary>
/// <param name="Source">Its source, as far as it can be told.</param>
/// <param name="Id">Its id, as far as it can be told.</param>
/// <param name="Event">The event; null where it can't be read.</param>
/// <param name="Fault">What is wrong; null where it can be read.</param>
internal sealed record ReadEvent(string? Source, string? Id, CloudEvent? Event, UsageFormatException? Fault);

/// <summary>Finds the events in a request: one as JSON, many as JSON, or one whose attributes are headers.</summary>
internal static class UsageBodyReader
{
    private const string Batch = "application/cloudevents-batch+json";
    private const string Structured = "application/cloudevents+json";

    private const string NoNumbers = "NaN and Infinity are no JSON.";

    // What an event itself may be deep is looked at event by event; this only guards the reader.
    private static readonly JsonDocumentOptions Guarded = new() { MaxDepth = 64 };

    /// <summary>Reads a body.</summary>
    /// <returns>The events, and whether they are a batch.</returns>
    /// <exception cref="UsageFormatException">It holds no events.</exception>
    public static (IReadOnlyList<ReadEvent> Events, bool IsBatch) Read(HttpRequest request, ReadOnlyMemory<byte> body, UsageOptions options)
    {
        string type = request.ContentType?.Split(';')[0].Trim().ToLowerInvariant() ?? "";
        if (type != Batch && type != Structured && !CloudEvent.IsJson(type))
        {
            throw new UsageFormatException("bad_media_type", $"The content-type '{EventData.Short(type)}' is not taken: send {Structured}, {Batch}, or application/json with ce-… headers.");
        }

        bool isInHeaders = request.Headers.ContainsKey("ce-specversion");
        if (Parse(body, out JsonException? broken) is not { } root)
        {
            return isInHeaders || type == Structured || BrokenBatch.Split(body.Span) is not { } parts ? throw NoJson(body.Span, broken!)
                : parts.Count > options.MaxEvents ? throw TooMany(parts.Count, options)
                : ([.. parts.Select(part => OfPart(body[part]))], true);
        }

        if (isInHeaders)
        {
            return ([Of(Decoded(request.Headers, "source"), Decoded(request.Headers, "id"), () => FromHeaders(request.Headers, root))], false);
        }

        if (root.ValueKind != JsonValueKind.Array)
        {
            return type == Batch
                ? throw new UsageFormatException("bad_batch", "The body is no batch: it must be a JSON array of events.")
                : ([Of(root)], false);
        }

        int count = root.GetArrayLength();
        return type == Structured ? throw new UsageFormatException("bad_event", $"The body is an array, which is no single event: send it as {Batch}.")
            : count > options.MaxEvents ? throw TooMany(count, options)
            : ([.. root.EnumerateArray().Select(Of)], true);
    }

    private static JsonElement? Parse(ReadOnlyMemory<byte> body, out JsonException? broken)
    {
        try
        {
            // Cloned, so that nothing of it is held by a pool.
            using JsonDocument document = JsonDocument.Parse(body, Guarded);
            broken = null;
            return document.RootElement.Clone();
        }
        catch (JsonException error)
        {
            broken = error;
            return null;
        }
    }

    /// <summary>One event of a batch that is no JSON as a whole.</summary>
    private static ReadEvent OfPart(ReadOnlyMemory<byte> part)
    {
        if (Parse(part, out JsonException? broken) is { } element)
        {
            return Of(element);
        }

        var (source, id) = BrokenBatch.NameOf(part.Span);
        return new ReadEvent(source, id, null, new UsageFormatException("bad_json", $"The event is no JSON {Where(broken!)}. {NoNumbers}"));
    }

    private static UsageFormatException NoJson(ReadOnlySpan<byte> body, JsonException broken)
    {
        var (source, id) = BrokenBatch.NameOf(body);
        string which = id is null ? "The body" : $"The event '{id}'{(source is null ? "" : $" of '{source}'")}";
        return new UsageFormatException("bad_json", $"{which} is no JSON {Where(broken)}. {NoNumbers} Nothing of the body was booked.");
    }

    // What .NET says besides names its own types and settings.
    private static string Where(JsonException broken) =>
        string.Create(CultureInfo.InvariantCulture, $"near line {(broken.LineNumber ?? 0) + 1}, byte {(broken.BytePositionInLine ?? 0) + 1}");

    private static UsageFormatException TooMany(int count, UsageOptions options) => new(
        "too_many_events", $"The batch has {count} events, more than {options.MaxEvents} (usage.max_events). Send it in parts.");

    private static CloudEvent FromHeaders(IHeaderDictionary headers, JsonElement data)
    {
        if (headers["ce-specversion"] != "1.0")
        {
            throw new UsageFormatException("bad_version", "The header ce-specversion must be 1.0.");
        }

        return CloudEvent.Of(Header("source"), Header("id"), Header("type"), Header("time"), data);

        string Header(string name) => Decoded(headers, name) is { Length: <= EventData.MaxName } text && !string.IsNullOrWhiteSpace(text) && !text.Any(char.IsControl)
            ? text
            : throw new UsageFormatException("missing_field", $"The header ce-{name} must have 1 to {EventData.MaxName} characters.");
    }

    // Characters outside ASCII are percent-encoded there.
    private static string? Decoded(IHeaderDictionary headers, string name) => headers["ce-" + name].ToString() is { Length: > 0 } written ? Uri.UnescapeDataString(written) : null;

    private static ReadEvent Of(JsonElement element) => Of(Name(element, "source"), Name(element, "id"), () =>
    {
        // A field that comes twice may be any of the two, so it is looked for first.
        CanonicalJson.Write(element);
        return CloudEvent.Read(element);
    });

    private static ReadEvent Of(string? source, string? id, Func<CloudEvent> read)
    {
        try
        {
            CloudEvent one = read();
            return new ReadEvent(one.Source, one.Id, one, null);
        }
        catch (UsageFormatException fault)
        {
            return new ReadEvent(source, id, null, fault);
        }
    }

    private static string? Name(JsonElement element, string name)
    {
        try
        {
            return element.ValueKind == JsonValueKind.Object && element.TryGetProperty(name, out JsonElement value) && value.ValueKind == JsonValueKind.String
                ? EventData.Short(value.GetString()!)
                : null;
        }
        catch (InvalidOperationException)
        {
            return null;
        }
    }
}
