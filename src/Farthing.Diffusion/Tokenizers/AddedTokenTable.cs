using System.Globalization;
using System.Text.Json;

namespace Farthing.Diffusion.Tokenizers;

/// <summary>
/// Gathers the added tokens of the configuration, each text once, the first mention counting. A token given as a plain
/// string is looked for in the raw text. Flags lstrip and rstrip only eat white space, which gives no ids here, and are
/// passed over.
/// </summary>
/// <param name="files">Where problems go.</param>
/// <param name="idOf">The id of a token by its text, in the vocabulary.</param>
internal sealed class AddedTokenTable(TokenizerFiles files, Func<string, int?> idOf)
{
    private readonly Dictionary<string, AddedToken> _added = new(StringComparer.Ordinal);

    public IReadOnlyList<AddedToken> Tokens => [.. _added.Values];

    /// <summary>Adds the tokens of added_tokens_decoder: an object whose names are ids.</summary>
    public void AddDecoder(JsonElement decoder)
    {
        if (decoder.ValueKind != JsonValueKind.Object)
        {
            files.Report(
                $"{TokenizerSettingsReader.ConfigFile}: added_tokens_decoder is {TokenizerFiles.Shown(decoder)}, " +
                "not an object; copy the file anew");
            return;
        }

        foreach (var entry in decoder.EnumerateObject())
        {
            string place = $"{TokenizerSettingsReader.ConfigFile}: added_tokens_decoder \"{entry.Name}\"";
            if (!int.TryParse(entry.Name, NumberStyles.None, CultureInfo.InvariantCulture, out int id)
                || id > AddedToken.MaxId)
            {
                files.Report($"{place} is not an id; copy the file anew");
            }
            else if (ReadToken(entry.Value, place) is { } token)
            {
                if (idOf(token.Content) is { } known && known != id)
                {
                    files.Report(
                        $"{place} is '{token.Content}', whose id in the vocabulary is {known}; make them agree");
                }

                _added[token.Content] = token with { Id = id };
            }
        }
    }

    /// <summary>The id of a token that a role or a list names; it is added if it is not yet there.</summary>
    public int? Add(JsonElement value, string place)
    {
        if (ReadToken(value, place) is not { } token)
        {
            return null;
        }

        if (_added.TryGetValue(token.Content, out var known))
        {
            return known.Id;
        }

        if (idOf(token.Content) is not { } id)
        {
            files.Report(
                $"{place} is '{token.Content}', which has no id in the vocabulary; " +
                "copy all files anew from one repository");
            return null;
        }

        _added.Add(token.Content, token with { Id = id });
        return id;
    }

    private AddedToken? ReadToken(JsonElement value, string place)
    {
        bool isObject = value.ValueKind == JsonValueKind.Object;
        var text = isObject && value.TryGetProperty("content", out var inner) ? inner : value;
        if (text.ValueKind != JsonValueKind.String || text.GetString() is not { Length: > 0 } content)
        {
            files.Report(
                $"{place} is {TokenizerFiles.Shown(value)}, neither a text nor an object with content; " +
                "copy the file anew");
            return null;
        }

        if (Flag("single_word"))
        {
            files.Report($"{place} has single_word set, which is not supported; unset it");
        }

        return new AddedToken(content, -1, Flag("normalized"));

        bool Flag(string name) =>
            isObject && value.TryGetProperty(name, out var flag) && flag.ValueKind == JsonValueKind.True;
    }
}
