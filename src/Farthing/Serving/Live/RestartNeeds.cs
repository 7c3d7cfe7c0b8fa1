using Farthing.Gateway.Configuration;

namespace Farthing.Serving.Live;

/// <summary>What a running server can't change: its ports, its limits on connections, its caches, its journal, its inbox of usage, and where traces go.</summary>
internal static class RestartNeeds
{
    /// <summary>What differs from the configuration that the process started with.</summary>
    public static IReadOnlyList<string> Of(GatewayConfiguration started, GatewayConfiguration now)
    {
        (string Name, bool IsChanged)[] all =
        [
            ("server.listen", !started.Server.Listen.Equals(now.Server.Listen)),
            ("server.max_body_mb", started.Server.MaxBodyMiB != now.Server.MaxBodyMiB),
            ("server.max_headers_kb", started.Server.MaxHeadersKiB != now.Server.MaxHeadersKiB),
            ("server.headers_timeout_seconds", started.Server.HeadersTimeout != now.Server.HeadersTimeout),
            ("server.min_bytes_per_second", started.Server.MinBytesPerSecond != now.Server.MinBytesPerSecond),
            ("server.max_connections", started.Server.MaxConnections != now.Server.MaxConnections),
            ("admin.listen", !Equals(started.Admin?.Listen, now.Admin?.Listen)),
            ("semantic_cache", !started.SemanticCache.IsLike(now.SemanticCache)),
            ("journal", started.Journal != now.Journal),
            ("usage", !IsLike(started.Usage, now.Usage)),
            ("alarms", started.Alarms is null && now.Alarms is not null),
            ("telemetry", started.Telemetry != now.Telemetry),
        ];
        return [.. all.Where(static each => each.IsChanged).Select(static each => each.Name)];
    }

    private static bool IsLike(UsageOptions? started, UsageOptions? now) =>
        started is null || now is null ? started is null && now is null : started == (now with { Clients = started.Clients }) && started.Clients.SequenceEqual(now.Clients);
}
