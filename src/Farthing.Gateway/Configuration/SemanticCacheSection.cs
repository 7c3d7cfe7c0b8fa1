using Farthing.Gateway.Providers;
using YamlDotNet.RepresentationModel;

namespace Farthing.Gateway.Configuration;

/// <summary><c>semantic_cache</c>: both caches.</summary>
/// <param name="variable">Reads an environment variable.</param>
/// <param name="providers">The names of the providers.</param>
/// <param name="clients">The names of the client keys.</param>
internal sealed class SemanticCacheSection(Func<string, string?> variable, IReadOnlySet<string> providers, IReadOnlyList<ClientKeyOptions> clients)
{
    private const int TenYears = 10 * 366 * 24 * 60 * 60;

    public SemanticCacheOptions Read(YamlMap? map)
    {
        var options = new SemanticCacheOptions();
        if (map is null)
        {
            return options;
        }

        var (store, redis) = ReadStore(map);
        options = new SemanticCacheOptions
        {
            Enabled = map.Flag("enabled", options.Enabled),
            SimilarityThreshold = map.Number("similarity_threshold", 0.5, 1, options.SimilarityThreshold),
            Ttl = TimeSpan.FromSeconds(map.Whole("ttl_seconds", 1, TenYears, (int)options.Ttl.TotalSeconds)),
            Shadow = ReadShadow(map),
            Exact = map.Flag("exact", options.Exact),
            Semantic = map.Flag("semantic", options.Semantic),
            Embedder = ReadEmbedder(map),
            EmbeddingTime = TimeSpan.FromSeconds(map.Number("embedding_seconds", 0.05, 60, options.EmbeddingTime.TotalSeconds)),
            Lists = map.Texts("lists"),
            Tenants = ReadTenants(map),
            MaxEntries = map.Whole("max_entries", 1, 5_000_000, options.MaxEntries),
            MaxMemoryMiB = map.Whole("max_memory_mb", 1, 65_536, options.MaxMemoryMiB),
            MaxAnswerKiB = map.Whole("max_answer_kb", 1, 16_384, options.MaxAnswerKiB),
            MaxStoreMiB = map.Whole("max_store_mb", 1, 1_048_576, options.MaxStoreMiB),
            Store = store,
            Redis = redis,
            LogsTexts = map.Flag("log_texts", options.LogsTexts),
        };
        map.RefuseOthers();
        return options;
    }

    private static bool ReadShadow(YamlMap map)
    {
        var flag = map.Flag("shadow", false);
        switch (map.Text("mode"))
        {
            case null:
                return flag;
            case "shadow":
                return true;
            case "serve" when !flag:
                return false;
            case "serve":
                map.Refuse("mode", "'mode' is serve and 'shadow' is true: write one of the two.");
                return flag;
            case var other:
                map.Refuse("mode", $"'mode' in semantic_cache is '{other}': write serve, or shadow to look up and log only.");
                return flag;
        }
    }

    private ModelTarget? ReadEmbedder(YamlMap map)
    {
        var text = map.Text("embedder");
        if (text is null or "local")
        {
            return null;
        }

        if (ModelTarget.TryParse(text, out var target) && providers.Contains(target.Provider))
        {
            return target;
        }

        map.Refuse("embedder", $"'embedder' in semantic_cache is '{text}': write local, or provider/model with one of the providers {string.Join(", ", providers)}.");
        return null;
    }

    private Dictionary<string, TenantCacheOptions> ReadTenants(YamlMap map)
    {
        Dictionary<string, TenantCacheOptions> tenants = new(StringComparer.Ordinal);
        foreach (var (name, node) in map.Map("tenants")?.Named() ?? [])
        {
            if (node is not YamlMappingNode found)
            {
                map.Add(node.Start.Line, $"the tenant '{name}' must be written as keys and values, such as {{similarity_threshold: 0.9, lists: [shop.yaml]}}.");
                continue;
            }

            if (!clients.Any(client => client.Name == name))
            {
                map.Add(node.Start.Line, $"the tenant '{name}' is no client key: write the name of one of 'client_keys'.");
            }

            var tenant = map.Inner($"the tenant '{name}'", found);
            tenants[name] = new TenantCacheOptions
            {
                SimilarityThreshold = tenant.Has("similarity_threshold") ? tenant.Number("similarity_threshold", 0.5, 1, 0.94) : null,
                Lists = tenant.Texts("lists"),
            };
            tenant.RefuseOthers();
        }

        return tenants;
    }

    private (CacheStore Store, Secret? Redis) ReadStore(YamlMap map)
    {
        var text = map.Text("store");
        var name = "";
        var isVariable = text is not null && WrittenVariable.IsOne(text, out name);
        var address = isVariable ? (name.Length > 0 ? variable(name) : null) : text;
        switch (address)
        {
            case null or "" when isVariable:
                map.Refuse("store", $"{WrittenVariable.Fault(name, address)}: set it for 'store' in semantic_cache, or write sqlite or memory.");
                return default;
            case null or "sqlite":
                return default;
            case "memory":
                return (CacheStore.Memory, null);
            default:
                if (Uri.TryCreate(address, UriKind.Absolute, out var url) && url.Scheme is "redis" or "rediss" && url.Host.Length > 0)
                {
                    return (CacheStore.Redis, new Secret(address));
                }

                // It may hold a password, so it is not repeated.
                map.Refuse("store", "'store' in semantic_cache must be sqlite, memory, redis://host:6379, or env.NAME of a variable that holds one of them.");
                return default;
        }
    }
}
