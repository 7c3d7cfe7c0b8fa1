namespace Farthing.Simulation.Scenarios;

/// <summary>How calls of a rule go.</summary>
internal sealed record RuleAction
{
    /// <summary>What happens.</summary>
    public ActionKind Kind { get; init; }

    /// <summary><see cref="ActionKind.Status"/>: the HTTP status.</summary>
    public int Status { get; init; }

    /// <summary><see cref="ActionKind.Status"/>: what <c>Retry-After</c> says; null leaves it out.</summary>
    public TimeSpan? RetryAfter { get; init; }

    /// <summary><see cref="ActionKind.Status"/>: the message; null for a usual one.</summary>
    public string? Message { get; init; }

    /// <summary><see cref="ActionKind.Hang"/>: how long, before the connection is dropped. Default for ever.</summary>
    public TimeSpan? HangFor { get; init; }

    /// <summary><see cref="ActionKind.Cut"/>, <see cref="ActionKind.Malformed"/>: after so many pieces of the answer.</summary>
    public int After { get; init; }

    /// <summary><see cref="ActionKind.Slow"/>: bytes at a time.</summary>
    public int SlowBytes { get; init; } = 1;

    /// <summary><see cref="ActionKind.Slow"/>: the time between them.</summary>
    public TimeSpan SlowEvery { get; init; }

    /// <summary>What the usage that is reported is multiplied with; 0 reports none; null tells the truth.</summary>
    public double? UsageFactor { get; init; }

    /// <summary>Another time to the first token; null for the scenario's.</summary>
    public LatencyLaw? Latency { get; init; }

    /// <summary>What the counts call it.</summary>
    public string Outcome => Kind switch
    {
        ActionKind.Status => string.Create(System.Globalization.CultureInfo.InvariantCulture, $"status_{Status}"),
        ActionKind.Hang => "hang",
        ActionKind.Drop => "drop",
        ActionKind.Cut => "cut",
        ActionKind.Malformed => "malformed",
        _ => "ok",
    };
}
