using System.Net;

namespace Farthing.Gateway.Configuration;

/// <summary>What the server listens on, and its limits.</summary>
public sealed record ServerOptions
{
    /// <summary>Address and port. Default 127.0.0.1:8080. Port 0 takes a free one.</summary>
    public IPEndPoint Listen { get; init; } = new(IPAddress.Loopback, 8080);

    /// <summary>Largest body of a request in MiB, 1 to 1,024. Default 32.</summary>
    public int MaxBodyMiB { get; init; } = 32;

    /// <summary>Largest answer of a provider in MiB, 1 to 1,024. Default 64.</summary>
    public int MaxAnswerMiB { get; init; } = 64;

    /// <summary>Largest headers of a request together in KiB, 1 to 1,024. Default 32.</summary>
    public int MaxHeadersKiB { get; init; } = 32;

    /// <summary>How long a client may take for its headers. 1 to 600 s, default 15 s.</summary>
    public TimeSpan HeadersTimeout { get; init; } = TimeSpan.FromSeconds(15);

    /// <summary>Least bytes a second of a client that sends or takes a body, 0 (no limit) to 1,000,000. Default 240.</summary>
    public int MinBytesPerSecond { get; init; } = 240;

    /// <summary>Most connections at once, 1 to 1,000,000. Default 10,000.</summary>
    public int MaxConnections { get; init; } = 10_000;
}
