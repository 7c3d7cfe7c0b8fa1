using System.Globalization;
using System.Text.Json;

namespace Farthing.Gateway.SemanticCache.Tuning;

/// <summary>Labelled pairs as they are read from JSON lines: <c>{"id","a","b","same","kind"}</c>.</summary>
public static class CaptionPairs
{
    /// <summary>A longer line is no pair.</summary>
    public const int MaxLine = 1024 * 1024;

    private const string Shape = """write {"id": "p1", "a": "…", "b": "…", "same": true, "kind": "…"}""";

    /// <summary>Reads pairs; empty lines are passed over.</summary>
    /// <param name="lines">The lines of a file.</param>
    /// <param name="problems">Receives a sentence for each line that is no pair, which is left out.</param>
    public static List<CaptionPair> Read(IEnumerable<string> lines, ICollection<string> problems)
    {
        ArgumentNullException.ThrowIfNull(lines);
        ArgumentNullException.ThrowIfNull(problems);
        var pairs = new List<CaptionPair>();
        var ids = new HashSet<string>(StringComparer.Ordinal);
        int number = 0;
        foreach (string line in lines)
        {
            number++;
            if (string.IsNullOrWhiteSpace(line))
            {
                continue;
            }

            string name = string.Create(CultureInfo.InvariantCulture, $"line {number}");
            string? problem = line.Length > MaxLine ? "is over 1 MB" : Read(line, name, out CaptionPair? pair) is { } found ? found : ids.Add(pair!.Id) ? Keep(pair) : $"has the id '{pair.Id}' again";
            if (problem is not null)
            {
                problems.Add($"{name} {problem}; it is left out.");
            }
        }

        return pairs;

        string? Keep(CaptionPair pair)
        {
            pairs.Add(pair);
            return null;
        }
    }

    private static string? Read(string line, string name, out CaptionPair? pair)
    {
        pair = null;
        JsonDocument json;
        try
        {
            json = JsonDocument.Parse(line);
        }
        catch (JsonException error)
        {
            return $"is not JSON ({error.Message.Split('.')[0]}); {Shape}";
        }

        using (json)
        {
            JsonElement root = json.RootElement;
            if (root.ValueKind != JsonValueKind.Object)
            {
                return $"is no object; {Shape}";
            }

            if (Text(root, "a") is not { } a || Text(root, "b") is not { } b)
            {
                return $"lacks the text 'a' or 'b'; {Shape}";
            }

            if (!root.TryGetProperty("same", out JsonElement same) || same.ValueKind is not (JsonValueKind.True or JsonValueKind.False))
            {
                return $"lacks 'same', true or false; {Shape}";
            }

            string kind = Text(root, "kind") is { Length: > 0 } named ? named : "unnamed";
            pair = new CaptionPair(Text(root, "id") is { Length: > 0 } id ? id : name, a, b, same.GetBoolean(), kind);
            return null;
        }
    }

    /// <summary>A string; null where it is none, or where it is no valid text.</summary>
    private static string? Text(JsonElement root, string field)
    {
        try
        {
            return root.TryGetProperty(field, out JsonElement value) && value.ValueKind == JsonValueKind.String ? value.GetString() : null;
        }
        catch (InvalidOperationException)
        {
            return null;
        }
    }
}
