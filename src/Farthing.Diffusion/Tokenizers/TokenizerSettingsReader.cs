using System.Text.Json;

namespace Farthing.Diffusion.Tokenizers;

/// <summary>
/// Reads the settings as transformers does. Where tokenizer_config.json has added_tokens_decoder, it alone counts;
/// where it has none (older files), special_tokens_map.json overrides it.
/// </summary>
internal sealed class TokenizerSettingsReader
{
    public const string ConfigFile = "tokenizer_config.json";
    public const string MapFile = "special_tokens_map.json";
    private const string DecoderName = "added_tokens_decoder";

    private readonly TokenizerFiles _files;
    private readonly AddedTokenTable _tokens;
    private readonly JsonElement? _config;
    private readonly JsonElement? _map;

    /// <param name="files">The directory, and where problems go.</param>
    /// <param name="idOf">The id of a token by its text, in the vocabulary.</param>
    public TokenizerSettingsReader(TokenizerFiles files, Func<string, int?> idOf)
    {
        _files = files;
        _tokens = new AddedTokenTable(files, idOf);
        _config = files.ReadObject(ConfigFile);
        bool listed = _config?.TryGetProperty(DecoderName, out _) ?? false;
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
        if (config.TryGetProperty(DecoderName, out var decoder))
        {
            _tokens.AddDecoder(decoder);
        }

        int? begin = ReadRole("bos_token", needsBegin);
        int? end = ReadRole("eos_token", needed: true);
        int? pad = ReadRole("pad_token", needed: true);
        ReadRole("unk_token", needed: false);
        ReadAdditional(config, ConfigFile);
        if (_map is { } map)
        {
            ReadAdditional(map, MapFile);
        }

        return length is { } n && end is { } e && pad is { } p && (begin is not null || !needsBegin)
            ? new TokenizerSettings(n, begin, e, p, _tokens.Tokens)
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

        _files.Report(
            $"{ConfigFile}: {name} is {TokenizerFiles.Shown(value)}, not a whole number from 0 to 10,000; mend it");
        return ifAbsent;
    }

    private void CheckText(JsonElement config, string name, string[] allowed)
    {
        if (config.TryGetProperty(name, out var value) && value.ValueKind != JsonValueKind.Null
            && (value.ValueKind != JsonValueKind.String || !allowed.Contains(value.GetString())))
        {
            _files.Report(
                $"{ConfigFile}: {name} is {TokenizerFiles.Shown(value)}, but these files can only be read with " +
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
            _files.Report($"{ConfigFile}: model_max_length is {TokenizerFiles.Shown(value)}; {remedy}");
            return null;
        }

        return length;
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

        return _tokens.Add(value, $"{file}: {role}");
    }

    private void ReadAdditional(JsonElement root, string file)
    {
        if (root.TryGetProperty("additional_special_tokens", out var list) && list.ValueKind == JsonValueKind.Array)
        {
            foreach (var value in list.EnumerateArray())
            {
                _tokens.Add(value, $"{file}: additional_special_tokens");
            }
        }
    }
}
