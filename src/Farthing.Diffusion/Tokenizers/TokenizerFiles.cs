using System.Text.Json;

namespace Farthing.Diffusion.Tokenizers;

/// <summary>A tokenizer's folder as Hugging Face's libraries write it; problems are gathered, not thrown one by one.</summary>
internal sealed class TokenizerFiles
{
    private readonly string _folder;

    public TokenizerFiles(string folder)
    {
        _folder = folder;
        Config = ReadObject("tokenizer_config.json", required: true);
        SpecialTokens = ReadObject("special_tokens_map.json", required: false);
    }

    public List<string> Problems { get; } = [];

    public JsonElement Config { get; }

    public JsonElement SpecialTokens { get; }

    public string? ClassName => Text(Config, "tokenizer_class");

    public bool Has(string file) => File.Exists(Path.Combine(_folder, file));

    /// <summary>Opens a file, or notes that it is missing.</summary>
    public Stream? Open(string file)
    {
        if (Has(file))
        {
            return File.OpenRead(Path.Combine(_folder, file));
        }

        Problems.Add($"{file} is missing; copy it from the model's source.");
        return null;
    }

    /// <summary>
    /// model_max_length; a configuration without a limit (transformers writes 1e30 then) takes the default.
    /// </summary>
    public int MaxLength(int byDefault)
    {
        if (Config.ValueKind != JsonValueKind.Object || !Config.TryGetProperty("model_max_length", out var value))
        {
            return byDefault;
        }

        if (value.ValueKind == JsonValueKind.Number && value.TryGetDouble(out double length))
        {
            switch (length)
            {
                case >= 2 and <= 4096 when value.TryGetInt32(out int whole):
                    return whole;
                case > 4096:
                    return byDefault;
            }
        }

        Problems.Add($"tokenizer_config.json: model_max_length is {value.GetRawText()}; a whole number of at least 2 is needed.");
        return byDefault;
    }

    /// <summary>A special token's text: from special_tokens_map.json, else from tokenizer_config.json; an object or a string.</summary>
    public string? SpecialToken(string name) => Text(SpecialTokens, name) ?? Text(Config, name);

    /// <summary>Tokens of added_tokens_decoder that are special, with their ids and whether they are matched after normalisation.</summary>
    public IEnumerable<(string Content, int Id, bool Normalized)> AddedSpecials()
    {
        if (Config.ValueKind != JsonValueKind.Object
            || !Config.TryGetProperty("added_tokens_decoder", out var table) || table.ValueKind != JsonValueKind.Object)
        {
            yield break;
        }

        foreach (var row in table.EnumerateObject())
        {
            if (int.TryParse(row.Name, out int id) && row.Value.ValueKind == JsonValueKind.Object
                && Text(row.Value, "content") is { Length: > 0 } content)
            {
                yield return (content, id, row.Value.TryGetProperty("normalized", out var n) && n.ValueKind == JsonValueKind.True);
            }
        }
    }

    private static string? Text(JsonElement parent, string name)
    {
        if (parent.ValueKind != JsonValueKind.Object || !parent.TryGetProperty(name, out var value))
        {
            return null;
        }

        return value.ValueKind switch
        {
            JsonValueKind.String => value.GetString(),
            JsonValueKind.Object => Text(value, "content"),
            _ => null,
        };
    }

    private JsonElement ReadObject(string file, bool required)
    {
        if (!Has(file))
        {
            if (required)
            {
                Problems.Add($"{file} is missing; copy it from the model's source.");
            }

            return default;
        }

        try
        {
            using var document = JsonDocument.Parse(File.ReadAllBytes(Path.Combine(_folder, file)));
            return document.RootElement.Clone();
        }
        catch (Exception e) when (e is JsonException or IOException or UnauthorizedAccessException)
        {
            Problems.Add($"{file} can't be read: {e.Message}");
            return default;
        }
    }
}
