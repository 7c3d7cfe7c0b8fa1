using System.Text.Json;
using System.Text.Json.Nodes;

namespace Farthing.Serving.Otlp;

/// <summary>
/// Ids of traces and spans in JSON (https://opentelemetry.io/docs/specs/otlp/#json-protobuf-encoding): hexadecimal digits. Protobuf's reader of JSON
/// refuses a whole request for one id that it can't take for base 64.
/// </summary>
internal static class HexIds
{
    private static readonly HashSet<string> Names = ["traceId", "trace_id", "spanId", "span_id", "parentSpanId", "parent_span_id"];

    /// <summary>The body with every id that is none left empty, so that its span alone is refused; null where there is none to leave empty.</summary>
    public static string? Emptied(ReadOnlySpan<byte> body)
    {
        try
        {
            return JsonNode.Parse(body) is { } root && Empty(root) ? root.ToJsonString() : null;
        }
        catch (Exception error) when (error is JsonException or ArgumentException or InvalidOperationException)
        {
            // What is no JSON, or says a name twice, is left to what refuses it as a whole.
            return null;
        }
    }

    private static bool Empty(JsonNode node)
    {
        var any = false;
        foreach (JsonNode? each in node as JsonArray ?? [])
        {
            any |= each is not null && Empty(each);
        }

        foreach (var (name, value) in (node as JsonObject)?.ToList() ?? [])
        {
            if (Names.Contains(name) && value is not null && !(value.GetValueKind() == JsonValueKind.String && IsTaken(value.GetValue<string>())))
            {
                node[name] = "";
                any = true;
            }
            else
            {
                any |= value is not null && Empty(value);
            }
        }

        return any;
    }

    private static bool IsTaken(string id) => id.All(char.IsAsciiHexDigit) && id.Length % 4 == 0;
}
