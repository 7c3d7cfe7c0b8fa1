namespace Farthing.Gateway.Configuration;

/// <summary>How long is waited, how often is tried again, and when a provider is left alone.</summary>
public sealed record ResilienceOptions
{
    /// <summary>Tries again at the same target after a fault that may pass, 0 to 10. Default 1.</summary>
    public int Retries { get; init; } = 1;

    /// <summary>The wait before the first of them; it doubles, with jitter. 0 to 60 s, default 0.2 s.</summary>
    public TimeSpan RetryDelay { get; init; } = TimeSpan.FromSeconds(0.2);

    /// <summary>The longest such wait. 0 to 300 s, default 5 s.</summary>
    public TimeSpan MaxRetryDelay { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>
    /// How long an answer, or a stream's first token, may take before a second attempt is made beside the first one. 0 to 300 s, default 0: never.
    /// </summary>
    public TimeSpan HedgeAfter { get; init; }

    /// <summary>The longest time to connect. 0.01 to 300 s, default 5 s.</summary>
    public TimeSpan Connect { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>The longest time of one attempt: to the end of an answer, or to the first token of a stream. 0.01 to 3,600 s, default 120 s.</summary>
    public TimeSpan Attempt { get; init; } = TimeSpan.FromSeconds(120);

    /// <summary>The longest time of all attempts together. 0.01 to 7,200 s, default 300 s.</summary>
    public TimeSpan Total { get; init; } = TimeSpan.FromSeconds(300);

    /// <summary>The longest silence within a stream after its first token. 0.01 to 3,600 s, default 60 s.</summary>
    public TimeSpan StreamIdle { get; init; } = TimeSpan.FromSeconds(60);

    /// <summary>The part of a provider's attempts that must fail before it is left alone. 0.01 to 1, default 0.5.</summary>
    public double BreakerFailureRatio { get; init; } = 0.5;

    /// <summary>The attempts within <see cref="BreakerWindow"/> before the ratio counts. 2 to 10,000, default 10.</summary>
    public int BreakerMinimum { get; init; } = 10;

    /// <summary>How far back attempts count. 0.5 to 3,600 s, default 10 s.</summary>
    public TimeSpan BreakerWindow { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>How long a provider is left alone before one call probes it. 0.5 to 3,600 s, default 5 s.</summary>
    public TimeSpan BreakerBreak { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>How long a key rests when a 429 does not say. 0.1 to 3,600 s, default 10 s.</summary>
    public TimeSpan KeyCooling { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>How long a refused key is out before it is probed; it doubles up to an hour. For a model that a key was refused it doubles up to ten minutes. 1 to 3,600 s, default 60 s.</summary>
    public TimeSpan KeyProbe { get; init; } = TimeSpan.FromSeconds(60);
}
