using System.Text.Json;

namespace Farthing.Diffusion.Tokenizers;

/// <summary>Reads a tokenizer's files, and gathers all that is wrong with them.</summary>
internal sealed class TokenizerFiles(string directory)
{
    private const int MaxListed = 20;
    private readonly List<string> _problems = [];

    /// <summary>A JSON value as a message shows it.</summary>
    public static string Shown(JsonElement value) =>
        value.GetRawText() is { Length: > 60 } raw ? string.Concat(raw.AsSpan(0, 60), "…") : value.GetRawText();

    public bool Has(string name) => File.Exists(Path.Combine(directory, name));

    public void Report(string problem) => _problems.Add(problem);

    /// <summary>Reports the first few of many like problems, and how many more there are.</summary>
    public void ReportMany(string file, IReadOnlyList<string> found, string remedy)
    {
        if (found.Count > 0)
        {
            const int shown = 3;
            string more = found.Count > shown ? $" and {found.Count - shown:N0} more" : "";
            Report($"{file}: {string.Join("; ", found.Take(shown))}{more}; {remedy}");
        }
    }

    public byte[]? ReadBytes(string name)
    {
        try
        {
            return File.ReadAllBytes(Path.Combine(directory, name));
        }
        catch (Exception e) when (e is FileNotFoundException or DirectoryNotFoundException)
        {
            Report($"{name} is missing; copy it from the model's repository");
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            Report($"{name} can't be read: {e.Message}");
        }

        return null;
    }

    /// <summary>A JSON file's root object, or null with a problem reported.</summary>
    public JsonElement? ReadObject(string name)
    {
        if (ReadBytes(name) is not { } bytes)
        {
            return null;
        }

        try
        {
            // A byte order mark is no JSON, but some editors leave one.
            var json = bytes.AsMemory(bytes.AsSpan().StartsWith("\uFEFF"u8) ? 3 : 0);
            using var document = JsonDocument.Parse(json);
            if (document.RootElement.ValueKind == JsonValueKind.Object)
            {
                ReadAllText(document.RootElement);
                return document.RootElement.Clone();
            }

            Report($"{name} holds a JSON {document.RootElement.ValueKind}, not an object; copy it anew");
        }
        catch (JsonException e)
        {
            Report($"{name} is not valid JSON ({e.Message}); copy it anew");
        }
        catch (InvalidOperationException e)
        {
            Report($"{name} has text that is not valid Unicode ({e.Message}); copy it anew");
        }

        return null;
    }

    /// <summary>Invalid UTF-8 and half surrogate pairs only show when a text is read: better here than later.</summary>
    /// <exception cref="InvalidOperationException">A name or a text is not valid Unicode.</exception>
    private static void ReadAllText(JsonElement element)
    {
        switch (element.ValueKind)
        {
            case JsonValueKind.String:
                _ = element.GetString();
                break;
            case JsonValueKind.Array:
                foreach (var item in element.EnumerateArray())
                {
                    ReadAllText(item);
                }

                break;
            case JsonValueKind.Object:
                foreach (var property in element.EnumerateObject())
                {
                    _ = property.Name;
                    ReadAllText(property.Value);
                }

                break;
            default:
                break;
        }
    }

    /// <summary>Ends the loading if anything was reported.</summary>
    public void ThrowIfOdd()
    {
        if (_problems.Count > 0)
        {
            int more = _problems.Count - MaxListed;
            IEnumerable<string> rest = more > 0 ? [$"and {more:N0} more"] : [];
            throw new TokenizerFilesException(directory, [.. _problems.Take(MaxListed), .. rest]);
        }
    }
}
