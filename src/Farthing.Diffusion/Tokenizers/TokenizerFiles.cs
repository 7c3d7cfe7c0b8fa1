using System.Text.Json;

namespace Farthing.Diffusion.Tokenizers;

/// <summary>Reads a tokenizer's files, and gathers what is wrong with them so that it can be told all at once.</summary>
internal sealed class TokenizerFiles(string directory)
{
    private const int MaxListed = 20;
    private readonly List<string> _problems = [];

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
                return document.RootElement.Clone();
            }

            Report($"{name} holds a JSON {document.RootElement.ValueKind}, not an object; copy it anew");
        }
        catch (JsonException e)
        {
            Report($"{name} is not valid JSON ({e.Message}); copy it anew");
        }

        return null;
    }

    /// <summary>Ends the loading if anything was reported.</summary>
    public void ThrowIfOdd()
    {
        if (_problems.Count > 0)
        {
            IEnumerable<string> rest = _problems.Count > MaxListed ? [$"and {_problems.Count - MaxListed:N0} more"] : [];
            throw new TokenizerFilesException(directory, [.. _problems.Take(MaxListed), .. rest]);
        }
    }
}
