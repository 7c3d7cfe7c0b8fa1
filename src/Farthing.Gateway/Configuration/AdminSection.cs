using System.Net;

namespace Farthing.Gateway.Configuration;

/// <summary><c>admin: {listen, key_hash, open_metrics}</c></summary>
internal static class AdminSection
{
    public static AdminOptions? Read(YamlMap? map)
    {
        if (map is null)
        {
            return null;
        }

        var before = map.Faults;
        _ = map.Required("listen", "write an address and a port of its own, such as 127.0.0.1:9090.");
        var listen = ServerSection.ReadListen(map);
        var hash = ClientKeysSection.ReadHash(map, "key_hash", "the admin's key");
        var open = map.Flag("open_metrics", false);
        map.RefuseOthers();
        return map.Faults > before ? null : new AdminOptions(listen ?? new IPEndPoint(IPAddress.Loopback, 0), hash) { OpenMetrics = open };
    }
}
