using Farthing.Serving.Usage;
using OpenTelemetry.Proto.Resource.V1;
using OpenTelemetry.Proto.Trace.V1;

namespace Farthing.Serving.Otlp;

/// <summary>A span of a request: read, or with what keeps it from being.</summary>
/// <param name="Resource">Whose it is; null where it says none.</param>
/// <param name="Span">The span; of one that can't be read as much of it as names it.</param>
/// <param name="Fault">What is wrong; null where it can be read.</param>
internal sealed record SentSpan(Resource? Resource, Span Span, UsageFormatException? Fault)
{
    /// <summary>What it is called in answers: its id, else its name, else its place in the request.</summary>
    /// <param name="place">From 1.</param>
    public string NameOf(int place) => SpanId.Of(Span) ?? (Span.Name.Length > 0 && !Span.Name.Any(char.IsControl) ? EventData.Short(Span.Name) : $"span {place} of the request");

    /// <summary>A span that can't be read.</summary>
    /// <param name="named">As much of it as names it.</param>
    /// <param name="what">What can't be read.</param>
    /// <param name="why">Why, after it.</param>
    public static SentSpan Unread(Span named, string what, string why) => new(null, named, new UsageFormatException("bad_span", $"{what} can't be read: {why}"));
}
