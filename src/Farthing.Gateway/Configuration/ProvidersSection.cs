using Farthing.Gateway.Providers;
using YamlDotNet.RepresentationModel;

namespace Farthing.Gateway.Configuration;

/// <summary>
/// <c>providers: {NAME: {type, base_url, region, keys: [{value, secret, session_token, weight, name, models}], models, responses_models, price_as, price_models, allow_http, allow_link_local, use_proxy}}</c>.
/// </summary>
internal sealed class ProvidersSection(Func<string, string?> variable, List<GatewayConfigurationError> warnings)
{
    /// <summary>The longest name of a provider or a key.</summary>
    public const int MaxName = 60;

    private readonly ProviderKeysSection _keys = new(variable, warnings);

    /// <summary>The names that are written, whether or not their providers are good.</summary>
    public static IEnumerable<string> Names(YamlMap root) => root.Map("providers")?.Named().Select(static named => named.Name) ?? [];

    public IReadOnlyList<ProviderOptions> Read(YamlMap root)
    {
        if (root.Map("providers") is not { } section)
        {
            if (root.Has("usage"))
            {
                // It takes usage only, and calls nobody.
                return [];
            }

            root.Refuse("providers", "'providers' is missing: name at least one, such as providers: {openai: {keys: [{value: env.OPENAI_KEY}]}}.");
            return [];
        }

        List<ProviderOptions> providers = [];
        foreach (var (name, node) in section.Named())
        {
            var map = node is YamlMappingNode ? section.Map(name) : null;
            if (name.Length is 0 or > MaxName || name.Any(static c => c is '/' or < ' ' or > '~'))
            {
                section.Add(node.Start.Line, $"'{name}' is no name of a provider: write 1 to {MaxName} ASCII characters without '/', as it stands in headers.");
            }
            else if (map is null && node is not YamlScalarNode { Value: null or "" })
            {
                section.Add(node.Start.Line, $"'{name}' in providers must be written as keys and values, such as {name}: {{keys: [{{value: env.KEY}}]}}.");
            }
            else if (ReadProvider(name, map, section) is { } provider)
            {
                providers.Add(provider);
            }
        }

        if (!section.Named().Any())
        {
            root.Refuse("providers", "'providers' is empty: name at least one.");
        }

        return providers;
    }

    private ProviderOptions? ReadProvider(string name, YamlMap? map, YamlMap providers)
    {
        // An empty provider, as in 'ollama:', is all defaults.
        if (map is null)
        {
            if (ProviderTable.Find(name) is { KeyOptional: true, BaseUrl.Length: > 0 } local)
            {
                return new ProviderOptions(name, local, new Uri(local.BaseUrl));
            }

            providers.Refuse(name, $"the provider '{name}' has no keys: write {name}: {{keys: [{{value: env.KEY}}]}}.");
            return null;
        }

        var before = map.Faults;
        var row = ReadRow(name, map);
        var isAws = row?.KeyHeader == KeyHeader.AwsSignature;
        var beforeKeys = map.Faults;
        var keys = _keys.Read(map, name, isAws);
        var hasNoKeys = keys.Count == 0 && map.Faults == beforeKeys;
        var region = isAws ? ProviderAddress.Region(map) : "";
        var url = ProviderAddress.Read(map, row, region, keys.Count > 0);
        if (row?.Name == ProviderTable.Template && (map.Has("base_url") || map.Has("keys")))
        {
            map.Refuse(map.Has("keys") ? "keys" : "base_url", $"the provider '{name}' answers in this process: it has no 'base_url' and no 'keys'.");
        }

        if (row is { KeyOptional: false } && hasNoKeys)
        {
            map.Refuse("keys", $"the provider '{name}' has no keys: write keys: [{{value: env.KEY}}].");
        }

        var linkLocal = map.Flag("allow_link_local", false);
        var useProxy = map.Flag("use_proxy", false);
        var models = map.Texts("models");
        var responsesModels = ProviderModels.ServedByResponses(map, row);
        var priceAs = map.Text("price_as");
        var priceModels = ProviderModels.Priced(map);
        map.RefuseOthers();
        if (map.Faults > before)
        {
            return null;
        }

        var provider = new ProviderOptions(name, row!, url!) { Keys = keys, Region = region, Models = models, ResponsesModels = responsesModels, PriceModels = priceModels, AllowLinkLocal = linkLocal, UseProxy = useProxy };
        return priceAs is null ? provider : provider with { PriceAs = priceAs };
    }

    private static ProviderRow? ReadRow(string name, YamlMap map)
    {
        var type = map.Text("type");
        var row = ProviderTable.Find(type ?? name) ?? (type is null && map.Has("base_url") ? ProviderTable.Find(ProviderTable.Compatible) : null);
        if (row is null)
        {
            var known = string.Join(", ", ProviderTable.Rows.Select(static each => each.Name));
            map.Refuse("type", $"the provider '{type ?? name}' is unknown: write one of {known}, or give the 'base_url' of a server that speaks OpenAI's shape.");
        }

        return row;
    }
}
