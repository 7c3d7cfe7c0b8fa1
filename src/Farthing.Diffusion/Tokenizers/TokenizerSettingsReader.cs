using System.Globalization;
using System.Text.Json;

namespace Farthing.Diffusion.Tokenizers;

/// <summary>
/// Reads the settings as transformers does. Where tokenizer_config.json has added_tokens_decoder, it alone counts;
/// where it has none (older files), special_tokens_map.json overrides it. A token given as a plain string is looked
/// for in the raw text. Flags lstrip and rstrip only eat white space, which gives no ids here, and are passed over.
/// </summary>
internal sealed class TokenizerSettingsReader
{
    public const string ConfigFile = "tokenizer_config.json";
    public const string MapFile = "special_tokens_map.json";
    private static readonly string[] Roles = ["bos_token", "eos_token", "unk_token", "pad_token"];

    private readonly TokenizerFiles _files;
    private readonly Func<string, int?> _idOf;
    private readonly Dictionary<string, AddedToken> _added = new(StringComparer.Ordinal);
    private readonly JsonElement? _config;
    private readonly JsonElement? _map;

    /// <param name="files">The directory, and where problems go.</param>
    /// <param name="idOf">The id of a token by its text, in the vocabulary.</param>
    public TokenizerSettingsReader(TokenizerFiles files, Func<string, int?> idOf)
    {
        _files = files;
        _idOf = idOf;
        _config = files.ReadObject(ConfigFile);
        bool listed = _config?.TryGetProperty("added_tokens_decoder", out _) ?? false;
        _map = !listed && files.Has(MapFile) ? files.ReadObject(MapFile) : null;
    }

    /// <summary>The settings; null if anything was wrong, which has then been reported.</summary>
    /// <param name="classes">The values of tokenizer_class that fit.</param>
    /// <param name="needsBegin">Whether there must be a token that begins a text.</param>
    public TokenizerSettings? Read(string[] classes, bool needsBegin)
    {
        if (_config is not { } config)
        {
            return null;
        }

        CheckText(config, "tokenizer_class", classes);
        CheckText(config, "padding_side", ["right"]);
        CheckText(config, "truncation_side", ["right"]);
        int? length = ReadLength(config);
        ReadDecoder(config);
        int?[] ids = [.. Roles.Select(role => ReadRole(role, needed: role != "unk_token" && (role != "bos_token" || needsBegin)))];
        ReadAdditional(config);
        if (_map is { } map)
        {
            ReadAdditional(map);
        }

        return length is { } n && ids[1] is { } end && ids[3] is { } pad && (ids[0] is not null || !needsBegin)
            ? new TokenizerSettings(n, ids[0], end, pad, [.. _added.Values])
            : null;
    }

    /// <summary>A whole number in tokenizer_config.json, the default if it is absent.</summary>
    public int ReadCount(string name, int ifAbsent)
    {
        if (_config is not { } config || !config.TryGetProperty(name, out var value))
        {
            return ifAbsent;
        }

        if (value.ValueKind == JsonValueKind.Number && value.TryGetInt32(out int n) && n is >= 0 and <= 10_000)
        {
            return n;
        }

        _files.Report($"{ConfigFile}: {name} is {Shown(value)}, not a whole number from 0 to 10,000; mend it");
        return ifAbsent;
    }

    private static string Shown(JsonElement value) =>
        value.GetRawText() is { Length: > 60 } raw ? string.Concat(raw.AsSpan(0, 60), "…") : value.GetRawText();

    private void CheckText(JsonElement config, string name, string[] allowed)
    {
        if (config.TryGetProperty(name, out var value) && value.ValueKind != JsonValueKind.Null
            && (value.ValueKind != JsonValueKind.String || !allowed.Contains(value.GetString())))
        {
            _files.Report(
                $"{ConfigFile}: {name} is {Shown(value)}, but these files can only be read with " +
                $"{string.Join(" or ", allowed.Select(a => $"\"{a}\""))}; use such a tokenizer");
        }
    }

    private int? ReadLength(JsonElement config)
    {
        const string remedy = "set it to the text encoder's sequence length (77 for CLIP)";
        if (!config.TryGetProperty("model_max_length", out var value))
        {
            _files.Report($"{ConfigFile}: model_max_length is missing; {remedy}");
            return null;
        }

        // transformers writes 1e30 for "no limit", which is no length to pad to.
        if (value.ValueKind != JsonValueKind.Number || !value.TryGetInt32(out int length)
            || length is < TokenCollector.MinLength or > TokenCollector.MaxLength)
        {
            _files.Report($"{ConfigFile}: model_max_length is {Shown(value)}; {remedy}");
            return null;
        }

        return length;
    }

    private void ReadDecoder(JsonElement config)
    {
        if (!config.TryGetProperty("added_tokens_decoder", out var decoder))
        {
            return;
        }

        if (decoder.ValueKind != JsonValueKind.Object)
        {
            _files.Report($"{ConfigFile}: added_tokens_decoder is {Shown(decoder)}, not an object; copy the file anew");
            return;
        }

        foreach (var entry in decoder.EnumerateObject())
        {
            string place = $"{ConfigFile}: added_tokens_decoder \"{entry.Name}\"";
            if (!int.TryParse(entry.Name, NumberStyles.None, CultureInfo.InvariantCulture, out int id))
            {
                _files.Report($"{place} is not an id; copy the file anew");
            }
            else if (ReadToken(entry.Value, place) is { } token)
            {
                if (_idOf(token.Content) is { } known && known != id)
                {
                    _files.Report($"{place} is '{token.Content}', whose id in the vocabulary is {known}; make them agree");
                }

                _added[token.Content] = token with { Id = id };
            }
        }
    }

    private int? ReadRole(string role, bool needed)
    {
        string file = MapFile;
        if (_map is not { } map || !map.TryGetProperty(role, out var value) || value.ValueKind == JsonValueKind.Null)
        {
            file = ConfigFile;
            if (!_config!.Value.TryGetProperty(role, out value) || value.ValueKind == JsonValueKind.Null)
            {
                if (needed)
                {
                    _files.Report($"{ConfigFile}: {role} is missing; add it as the model's repository has it");
                }

                return null;
            }
        }

        return AddToken(value, $"{file}: {role}");
    }

    private void ReadAdditional(JsonElement root)
    {
        if (root.TryGetProperty("additional_special_tokens", out var list) && list.ValueKind == JsonValueKind.Array)
        {
            foreach (var value in list.EnumerateArray())
            {
                AddToken(value, $"{ConfigFile}: additional_special_tokens");
            }
        }
    }

    private int? AddToken(JsonElement value, string place)
    {
        if (ReadToken(value, place) is not { } token)
        {
            return null;
        }

        if (_added.TryGetValue(token.Content, out var known))
        {
            return known.Id;
        }

        if (_idOf(token.Content) is not { } id)
        {
            _files.Report($"{place} is '{token.Content}', which has no id in the vocabulary; the files do not belong together");
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
            _files.Report($"{place} is {Shown(value)}, neither a text nor an object with content; copy the file anew");
            return null;
        }

        if (Flag("single_word"))
        {
            _files.Report($"{place} has single_word set, which is not supported; unset it");
        }

        return new AddedToken(content, -1, Flag("normalized"));

        bool Flag(string name) => isObject && value.TryGetProperty(name, out var flag) && flag.ValueKind == JsonValueKind.True;
    }
}
