using System.Net;

namespace Farthing.Gateway.Configuration;

/// <summary><c>server</c>: what it listens on, and its limits.</summary>
internal static class ServerSection
{
    public static ServerOptions Read(YamlMap? map)
    {
        var options = new ServerOptions();
        if (map is null)
        {
            return options;
        }

        options = new ServerOptions
        {
            Listen = ReadListen(map) ?? options.Listen,
            MaxBodyMiB = map.Whole("max_body_mb", 1, 1_024, options.MaxBodyMiB),
            MaxAnswerMiB = map.Whole("max_answer_mb", 1, 1_024, options.MaxAnswerMiB),
            MaxHeadersKiB = map.Whole("max_headers_kb", 1, 1_024, options.MaxHeadersKiB),
            HeadersTimeout = map.Seconds("headers_timeout_seconds", 1, 600, options.HeadersTimeout),
            MinBytesPerSecond = map.Whole("min_bytes_per_second", 0, 1_000_000, options.MinBytesPerSecond),
            MaxConnections = map.Whole("max_connections", 1, 1_000_000, options.MaxConnections),
        };
        map.RefuseOthers();
        return options;
    }

    public static IPEndPoint? ReadListen(YamlMap map)
    {
        if (map.Text("listen") is not { } text)
        {
            return null;
        }

        // Without a port, IPEndPoint would take 0, a random one.
        if (IPEndPoint.TryParse(text, out var listen) && text.EndsWith($":{listen.Port}", StringComparison.Ordinal))
        {
            return listen;
        }

        map.Refuse("listen", $"'{text}' is nothing to listen on: write an IP address and a port, such as 127.0.0.1:8080 or 0.0.0.0:8080.");
        return null;
    }
}
