using System.Text;
using Farthing.Gateway.Configuration;
using Farthing.Ledger.Prices;
using Farthing.Ledger.Usage;
using Farthing.Serving.Usage;
using Google.Protobuf;
using Microsoft.AspNetCore.Http;
using OpenTelemetry.Proto.Collector.Trace.V1;

namespace Farthing.Serving.Otlp;

/// <summary>
/// <c>/v1/traces</c>: OTLP over HTTP (https://opentelemetry.io/docs/specs/otlp/#otlphttp), in protobuf or JSON. Spans of calls of language
/// models are usage; all others are left alone.
/// </summary>
/// <param name="options">The limits.</param>
/// <param name="prices">The prices in force, which tell a model's names apart.</param>
internal sealed class SpansWire(UsageOptions options, Func<PriceBook> prices) : IUsageWire
{
    private const string Protobuf = "application/x-protobuf";
    private const int MostReasons = 3;

    /// <inheritdoc/>
    public async Task TakeAsync(HttpContext context, ReadOnlyMemory<byte> body, UsageSender sender, PostUsage post)
    {
        List<SentSpan> spans = Read(IsJson(context), body);
        var reader = new SpanReader(sender, prices());
        List<UsageEvent> events = [];
        List<string> refused = [];
        for (int i = 0; i < spans.Count; i++)
        {
            try
            {
                if (spans[i].Fault is { } unread ? throw unread : reader.Read(spans[i].Resource, spans[i].Span) is { } usage)
                {
                    events.Add(usage);
                }
            }
            catch (UsageFormatException fault)
            {
                refused.Add($"{spans[i].NameOf(i + 1)}: {fault.Message}");
            }
        }

        var results = await post(events);
        refused.AddRange(events.Zip(results)
            .Where(static pair => pair.Second.Status is not (UsageStatus.Accepted or UsageStatus.Duplicate))
            .Select(static pair => $"{pair.First.Id}: {pair.Second.Reason}"));
        var answer = new ExportTraceServiceResponse();
        if (refused.Count > 0)
        {
            string more = refused.Count > MostReasons ? $" … and {refused.Count - MostReasons} more" : "";
            answer.PartialSuccess = new ExportTracePartialSuccess { RejectedSpans = refused.Count, ErrorMessage = string.Join(" | ", refused.Take(MostReasons)) + more };
        }

        await SendAsync(context, StatusCodes.Status200OK, answer);
    }

    /// <inheritdoc/>
    public Task RefuseAsync(HttpContext context, int status, string code, string message) =>
        SendAsync(context, status, new Google.Rpc.Status { Code = GrpcCode(status), Message = $"{code}: {message}" });

    private static bool IsJson(HttpContext context)
    {
        string type = context.Request.ContentType?.Split(';')[0].Trim().ToLowerInvariant() ?? "";
        return type == "application/json" || (type == Protobuf ? false : throw new UsageFormatException(
            "bad_media_type", $"The content-type '{EventData.Short(type)}' is not taken: send {Protobuf} or application/json."));
    }

    private List<SentSpan> Read(bool isJson, ReadOnlyMemory<byte> body)
    {
        // A message of two bytes becomes an object of many, so they are counted before they are made.
        long most = options.MaxEvents * SpanCount.PerSpan;
        if ((isJson ? SpanCount.OfJson(body.Span) : SpanCount.OfProtobuf(body.Span, most)) > most)
        {
            throw new UsageFormatException("too_many_events", $"The body has more than {most} spans, attributes, events and links (usage.max_events). Send fewer at once.");
        }

        return Whole(isJson, body) ?? Parts(isJson, body) ?? throw new UsageFormatException(
            "bad_body", $"The body is no ExportTraceServiceRequest{(isJson ? ": it is no JSON of one, or was cut off" : ": it is no protobuf of one, or was cut off")}. Nothing of it was booked.");
    }

    /// <summary>All spans, as nearly always; null where something in them can't be read.</summary>
    private static List<SentSpan>? Whole(bool isJson, ReadOnlyMemory<byte> body)
    {
        try
        {
            var request = isJson ? JsonSpans.Read<ExportTraceServiceRequest>(body.Span) : ExportTraceServiceRequest.Parser.ParseFrom(body.Span);
            return [.. request.ResourceSpans.SelectMany(static each => each.ScopeSpans.SelectMany(static scope => scope.Spans), static (each, span) => new SentSpan(each.Resource, span, null))];
        }
        catch (Exception error) when (error is InvalidProtocolBufferException or InvalidJsonException or FormatException or OverflowException or DecoderFallbackException)
        {
            return null;
        }
    }

    /// <summary>Span by span; null where not even that can be.</summary>
    private static List<SentSpan>? Parts(bool isJson, ReadOnlyMemory<byte> body)
    {
        try
        {
            return isJson ? JsonSpans.Of(body) : [.. ProtobufSpans.Of(ByteString.CopyFrom(body.Span))];
        }
        catch (InvalidProtocolBufferException)
        {
            return null;
        }
    }

    private static async Task SendAsync(HttpContext context, int status, IMessage answer)
    {
        bool isJson = context.Request.ContentType?.StartsWith("application/json", StringComparison.OrdinalIgnoreCase) == true;
        byte[] body = isJson ? Encoding.UTF8.GetBytes(JsonFormatter.Default.Format(answer)) : answer.ToByteArray();
        context.Response.StatusCode = status;
        context.Response.ContentType = isJson ? "application/json" : Protobuf;
        context.Response.ContentLength = body.Length;
        await context.Response.Body.WriteAsync(body, context.RequestAborted);
    }

    // https://github.com/googleapis/googleapis/blob/master/google/rpc/code.proto
    private static int GrpcCode(int status) => status switch
    {
        StatusCodes.Status401Unauthorized => 16,
        StatusCodes.Status403Forbidden => 7,
        StatusCodes.Status413PayloadTooLarge or StatusCodes.Status429TooManyRequests => 8,
        StatusCodes.Status503ServiceUnavailable => 14,
        _ => 3,
    };
}
