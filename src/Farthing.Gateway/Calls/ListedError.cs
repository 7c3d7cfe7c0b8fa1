using System.Runtime.InteropServices;
using System.Text.Json;

namespace Farthing.Gateway.Calls;

/// <summary>Google's servers of OpenAI's shape put an error into a list of its own, <c>[{"error":{…}}]</c>, in which no SDK looks for it.</summary>
internal static class ListedError
{
    /// <summary>The error without its list; everything else as it came.</summary>
    public static ReadOnlyMemory<byte> First(ReadOnlyMemory<byte> body)
    {
        if (!body.Span.TrimStart(" \t\r\n"u8).StartsWith("["u8))
        {
            return body;
        }

        try
        {
            using var document = JsonDocument.Parse(body);
            return document.RootElement.GetArrayLength() > 0 && document.RootElement[0] is { ValueKind: JsonValueKind.Object } first && first.TryGetProperty("error", out _)
                ? JsonMarshal.GetRawUtf8Value(first).ToArray()
                : body;
        }
        catch (JsonException)
        {
            return body;
        }
    }
}
