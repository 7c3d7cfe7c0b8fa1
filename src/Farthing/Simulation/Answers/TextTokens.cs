using System.Text;
using System.Text.Json;

namespace Farthing.Simulation.Answers;

/// <summary>The simulator's tokens: four bytes of UTF-8 each, the last one begun. A rule that every test can reckon with.</summary>
internal static class TextTokens
{
    private const int Bytes = 4;

    /// <summary>What a picture or a file counts for, whatever its size: 85 tokens.</summary>
    private const int MediaBytes = 85 * Bytes;

    /// <summary>The tokens of a text.</summary>
    public static int Of(string text) => (Encoding.UTF8.GetByteCount(text) + Bytes - 1) / Bytes;

    /// <summary>The tokens of all texts in some JSON, at least 1.</summary>
    public static int Of(params JsonElement[] parts) => (int)Math.Max(1, (parts.Sum(TextBytes) + Bytes - 1) / Bytes);

    private static long TextBytes(JsonElement value) => value.ValueKind switch
    {
        JsonValueKind.String => TextBytes(value.GetString()!),
        JsonValueKind.Array => value.EnumerateArray().Sum(TextBytes),
        JsonValueKind.Object => value.EnumerateObject().Sum(static field => field.NameEquals("data") ? MediaBytes : TextBytes(field.Value)),
        _ => 0,
    };

    private static long TextBytes(string text) => text.StartsWith("data:", StringComparison.Ordinal) ? MediaBytes : Encoding.UTF8.GetByteCount(text);
}
