namespace Farthing.Gateway.Configuration;

/// <summary><c>usage: {max_skew_seconds, max_body_mb, max_events, max_queued_events, lease_timeout_seconds, clients}</c></summary>
internal static class UsageSection
{
    public static UsageOptions? Read(YamlMap root, IReadOnlyList<ClientKeyOptions> keys)
    {
        var options = new UsageOptions();
        if (root.Map("usage") is not { } map)
        {
            return root.Has("usage") ? options : null;
        }

        options = new UsageOptions
        {
            MaxSkew = map.Seconds("max_skew_seconds", 0, 86_400, options.MaxSkew),
            MaxBodyMiB = map.Whole("max_body_mb", 1, 64, options.MaxBodyMiB),
            MaxEvents = map.Whole("max_events", 1, 100_000, options.MaxEvents),
            MaxQueued = map.Whole("max_queued_events", 1, 1_000_000, options.MaxQueued),
            LeaseTimeout = map.Seconds("lease_timeout_seconds", 10, 604_800, options.LeaseTimeout),
            Clients = map.Texts("clients"),
        };
        map.RefuseOthers();
        foreach (var name in options.Clients.Where(name => keys.All(key => key.Name != name)))
        {
            map.Refuse("clients", $"'clients' in usage names '{name}', which 'client_keys' does not have.");
        }

        return options;
    }
}
