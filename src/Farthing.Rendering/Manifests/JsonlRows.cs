using System.Text.Json;

namespace Farthing.Rendering.Manifests;

/// <summary>Takes a JSONL text apart: one object a line. Blank lines are skipped.</summary>
internal static class JsonlRows
{
    private static readonly JsonDocumentOptions Options = new() { MaxDepth = 8, AllowDuplicateProperties = false };
    private static readonly Dictionary<string, string> NoCells = [];

    public static IEnumerable<RawRow> Read(TextReader text, List<string> warnings)
    {
        var unknown = new HashSet<string>(StringComparer.Ordinal);
        for (int line = 1; text.ReadLine() is { } json; line++)
        {
            if (!string.IsNullOrWhiteSpace(json))
            {
                yield return Row(line, json, unknown, warnings);
            }
        }
    }

    private static RawRow Row(int line, string json, HashSet<string> unknown, List<string> warnings)
    {
        try
        {
            using JsonDocument document = JsonDocument.Parse(json, Options);
            if (document.RootElement.ValueKind != JsonValueKind.Object)
            {
                return new RawRow(line, NoCells, new RowProblem("", "The line is no JSON object. Write {\"prompt\": \"…\"} on one line."));
            }

            var cells = new Dictionary<string, string>(StringComparer.Ordinal);
            RowProblem? problem = null;
            foreach (JsonProperty property in document.RootElement.EnumerateObject())
            {
                string column = ManifestColumns.Normalize(property.Name);
                if (!ManifestColumns.IsKnown(column))
                {
                    // A file of a million odd names must not fill the memory with warnings.
                    if (unknown.Count < 100 && unknown.Add(column))
                    {
                        warnings.Add(ManifestColumns.UnknownWarning(property.Name));
                    }
                }
                else if (property.Value.ValueKind != JsonValueKind.Null && !TryText(column, property.Value, cells))
                {
                    problem ??= new RowProblem(column, $"The value is {Kind(property.Value)}. Write {Wanted(column)}.");
                }
            }

            return new RawRow(line, cells, problem);
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException)
        {
            // InvalidOperationException: half a surrogate pair, which is legal JSON but no text.
            return new RawRow(line, NoCells, new RowProblem("", "The line is no valid JSON: " + Reason(e) + " Write one object on each line."));
        }
    }

    private static bool TryText(string column, JsonElement value, Dictionary<string, string> cells)
    {
        bool numeric = column is ManifestColumns.Seed or ManifestColumns.Width or ManifestColumns.Height
            or ManifestColumns.Steps or ManifestColumns.Guidance;
        switch (value.ValueKind)
        {
            case JsonValueKind.String:
                string text = value.GetString()!;
                if (text.Length > 0 || column is ManifestColumns.NegativePrompt)
                {
                    cells[column] = text;
                }

                return true;
            case JsonValueKind.Number when numeric || column is ManifestColumns.Id:
                cells[column] = value.GetRawText();
                return true;
            case JsonValueKind.Array when column is ManifestColumns.Tags
                && value.EnumerateArray().All(tag => tag.ValueKind == JsonValueKind.String):
                cells[column] = string.Join(';', value.EnumerateArray().Select(tag => tag.GetString()));
                return true;
            default:
                return false;
        }
    }

    private static string Kind(JsonElement value) => value.ValueKind switch
    {
        JsonValueKind.Array => "a list",
        JsonValueKind.Object => "an object",
        JsonValueKind.True or JsonValueKind.False => "true or false",
        _ => "a number",
    };

    private static string Wanted(string column) => column switch
    {
        ManifestColumns.Tags => "a text, or a list of texts",
        ManifestColumns.Id or ManifestColumns.Prompt or ManifestColumns.Product or ManifestColumns.NegativePrompt => "a text between quotes",
        _ => "a number",
    };

    private static string Reason(Exception e)
    {
        int position = e.Message.IndexOf(" LineNumber:", StringComparison.Ordinal);
        string reason = position < 0 ? e.Message : e.Message[..position];
        return ManifestColumns.Shown(reason) is { } shown && shown.EndsWith('.') ? shown : ManifestColumns.Shown(reason) + ".";
    }
}
