using System.Buffers;
using System.Globalization;
using System.Text.Encodings.Web;
using System.Text.Json;
using Farthing.Ledger.Usage;
using Microsoft.AspNetCore.Http;

namespace Farthing.Serving.Usage;

/// <summary>What a sender is told of one event.</summary>
/// <param name="Read">The event as it was sent.</param>
/// <param name="Event">The event as the ledger was offered it; null where it could not be read.</param>
/// <param name="Result">What became of it.</param>
internal sealed record AnsweredEvent(ReadEvent Read, UsageEvent? Event, UsageResult Result);

/// <summary>Writes answers of <c>/v1/usage</c>.</summary>
internal static class UsageAnswer
{
    private static readonly JsonWriterOptions Plain = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>The status of one event, as HTTP has it.</summary>
    public static int Status(UsageResult result) => result.Status switch
    {
        UsageStatus.Accepted or UsageStatus.Duplicate => StatusCodes.Status200OK,
        UsageStatus.Conflict => StatusCodes.Status409Conflict,
        UsageStatus.Early => StatusCodes.Status424FailedDependency,
        _ => StatusCodes.Status422UnprocessableEntity,
    };

    /// <summary>Answers a single event.</summary>
    public static Task WriteAsync(HttpContext context, AnsweredEvent one) => SendAsync(context, Status(one.Result), json => Write(json, one, null));

    /// <summary>Answers a batch: 200 when all is in the ledger, else 207; an entry for each event, in their order.</summary>
    public static Task WriteAsync(HttpContext context, IReadOnlyList<AnsweredEvent> events)
    {
        bool isWhole = events.All(static one => Status(one.Result) == StatusCodes.Status200OK);
        return SendAsync(context, isWhole ? StatusCodes.Status200OK : StatusCodes.Status207MultiStatus, json =>
        {
            json.WriteStartObject();
            foreach (UsageStatus status in Enum.GetValues<UsageStatus>())
            {
                json.WriteNumber(Name(status), events.Count(one => one.Result.Status == status));
            }

            json.WriteStartArray("events"u8);
            for (int i = 0; i < events.Count; i++)
            {
                Write(json, events[i], i);
            }

            json.WriteEndArray();
            json.WriteEndObject();
        });
    }

    /// <summary>Answers a body that holds no events, or can't be taken now.</summary>
    public static Task WriteAsync(HttpContext context, int status, string code, string message) =>
        SendAsync(context, status, json =>
        {
            json.WriteStartObject();
            json.WriteStartObject("error"u8);
            json.WriteString("code"u8, code);
            json.WriteString("message"u8, message);
            json.WriteEndObject();
            json.WriteEndObject();
        });

    private static void Write(Utf8JsonWriter json, AnsweredEvent one, int? index)
    {
        json.WriteStartObject();
        if (index is { } place)
        {
            json.WriteNumber("index"u8, place);
        }

        json.WriteString("source"u8, one.Read.Source);
        json.WriteString("id"u8, one.Read.Id);
        json.WriteString("status"u8, Name(one.Result.Status));
        if (one.Result.Cost is { } cost)
        {
            json.WriteString("cost_usd"u8, cost.ToExactString());
        }

        if (one.Result.Unpriced > 0)
        {
            json.WriteNumber("unpriced"u8, one.Result.Unpriced);
        }

        if (one.Result.Code.Length > 0)
        {
            json.WriteNumber("http_status"u8, Status(one.Result));
            json.WriteString("code"u8, one.Result.Code);
            json.WriteString("reason"u8, one.Result.Reason);
        }

        if (one.Result.Stored is { } stored && one.Event is { } offered)
        {
            Write(json, "stored"u8, stored.Type, stored.At, stored.Content);
            Write(json, "offered"u8, offered.Type, offered.At, offered.Content);
        }

        json.WriteEndObject();
    }

    private static void Write(Utf8JsonWriter json, ReadOnlySpan<byte> name, string type, DateTimeOffset at, string content)
    {
        json.WriteStartObject(name);
        json.WriteString("type"u8, type);
        json.WriteString("time"u8, at.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss.FFFFFF'Z'", CultureInfo.InvariantCulture));
        json.WritePropertyName("data"u8);
        json.WriteRawValue(content);
        json.WriteEndObject();
    }

    private static string Name(UsageStatus status) => status.ToString().ToLowerInvariant();

    private static async Task SendAsync(HttpContext context, int status, Action<Utf8JsonWriter> write)
    {
        var buffer = new ArrayBufferWriter<byte>();
        await using (var json = new Utf8JsonWriter(buffer, Plain))
        {
            write(json);
        }

        context.Response.StatusCode = status;
        context.Response.ContentType = "application/json";
        context.Response.ContentLength = buffer.WrittenCount;
        await context.Response.Body.WriteAsync(buffer.WrittenMemory, context.RequestAborted);
    }
}
