using System.Text.Json;

namespace Farthing.Gateway.Translation.Requests;

/// <summary>The top-level fields that a translation has no word for.</summary>
internal static class DroppedFields
{
    /// <summary>All that say something and aren't known.</summary>
    public static IReadOnlyList<string> Of(RequestNode request, IReadOnlySet<string> known) =>
        [.. request.Element.EnumerateObject()
            .Where(field => field.Value.ValueKind != JsonValueKind.Null && !known.Contains(field.Name))
            .Select(static field => field.Name)
            .Distinct(StringComparer.Ordinal)];
}
