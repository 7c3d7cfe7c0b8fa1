namespace Farthing.Gateway.Configuration;

/// <summary>How usage is taken from pipelines outside, over <c>/v1/usage</c> and <c>/v1/traces</c>.</summary>
public sealed record UsageOptions
{
    /// <summary>How far ahead of this server's clock an event may be. 0 to 86,400 s, default 300 s.</summary>
    public TimeSpan MaxSkew { get; init; } = TimeSpan.FromSeconds(300);

    /// <summary>Largest body in MiB, once unpacked, 1 to 64. Default 8.</summary>
    public int MaxBodyMiB { get; init; } = 8;

    /// <summary>Most events of a batch, 1 to 100,000. Default 10,000.</summary>
    public int MaxEvents { get; init; } = 10_000;

    /// <summary>Most events that wait to be written, 1 to 1,000,000; beyond it senders are asked to come again. Default 50,000.</summary>
    public int MaxQueued { get; init; } = 50_000;

    /// <summary>A lease of which no event came for so long is settled by its last heartbeat. 10 to 604,800 s, default 900 s.</summary>
    public TimeSpan LeaseTimeout { get; init; } = TimeSpan.FromSeconds(900);

    /// <summary>The names of the client keys that may send usage; empty for all.</summary>
    public IReadOnlyList<string> Clients { get; init; } = [];
}
