using Farthing.Gateway.Caching;
using Farthing.Gateway.Fallbacks;

namespace Farthing.Gateway.Calls;

/// <summary>What a client's call came to.</summary>
/// <param name="Attempts">How many attempts were made.</param>
/// <param name="Served">The attempt that answered, or whose refusal is passed on; else the last one; null when none was made.</param>
public sealed record CallResult(int Attempts, AttemptResult? Served)
{
    /// <summary>The gateway's own error, where no provider's answer is passed on.</summary>
    public GatewayError? Error { get; init; }

    /// <summary>Whether the client went away.</summary>
    public bool IsCancelled { get; init; }

    /// <summary>What came of asking the caches.</summary>
    public CacheOutcome Cache { get; init; } = CacheOutcome.Off;
}
