using System.Globalization;
using System.Text.Json;

namespace Farthing.Ledger.Import;

/// <summary>Says in words why a line is no <see cref="UsageRow"/>: what the reader of JSON says names types of this program.</summary>
internal static class UsageRowFault
{
    public static string Of(JsonException error)
    {
        var field = error.Path is ['$', '.', .. var name] ? name : null;
        var type = UsageRowContext.Default.UsageRow.Properties.FirstOrDefault(property => property.Name == field)?.PropertyType;
        if (error.InnerException is JsonException)
        {
            var place = string.Create(CultureInfo.InvariantCulture, $"near its byte {(error.BytePositionInLine ?? 0) + 1}");
            return $"it is no JSON object: {(type is null ? "" : $"what stands at '{field}' is no JSON, ")}{place}. Write one object a line.";
        }

        return type is null
            ? error.Path is null or "$" ? "it is no JSON object. Write one object a line." : $"the field '{field ?? error.Path}' is unknown. Known are {Known}."
            : error.InnerException is null && !IsOfValue(error) ? $"the field '{field}' stands twice. Remove one."
            : type == typeof(string) ? $"'{field}' must be a text between quotes."
            : field == "count" ? string.Create(CultureInfo.InvariantCulture, $"'count' must be a whole number from 1 to {UsageImport.MaxLot}.")
            : string.Create(CultureInfo.InvariantCulture, $"'{field}' must be a whole number from 0 to {(type == typeof(int?) ? int.MaxValue : long.MaxValue)}, without a fraction, an exponent or quotes.");
    }

    private static string Known => string.Join(", ", UsageRowContext.Default.UsageRow.Properties.Select(static property => property.Name));

    private static bool IsOfValue(JsonException error) => error.Message.Contains("converted", StringComparison.Ordinal);
}
