namespace Farthing.Ledger.Alarms;

/// <summary>What happened to an alarm.</summary>
public enum AlarmState
{
    /// <summary>The limit was passed.</summary>
    Firing,

    /// <summary>It is passed still, and was told again.</summary>
    Reminded,

    /// <summary>It is passed no more.</summary>
    Resolved,
}

/// <summary>A change of an alarm's state, which is kept for ever. The last one of a name and a subject is how it is now.</summary>
public sealed record AlarmChange
{
    /// <summary>Counts up over all changes: what is delivered out of order is ordered by it.</summary>
    public required long Number { get; init; }

    /// <summary>The rule's name.</summary>
    public required string Alarm { get; init; }

    /// <summary>What the alarm is about; empty where its rule is about one thing.</summary>
    public required string Subject { get; init; }

    /// <summary>The rule's kind.</summary>
    public required string Kind { get; init; }

    /// <summary>What happened.</summary>
    public required AlarmState State { get; init; }

    /// <summary>When.</summary>
    public required DateTimeOffset At { get; init; }

    /// <summary>When it began to fire.</summary>
    public required DateTimeOffset Since { get; init; }

    /// <summary>The figure at that time; empty where there was nothing to judge by.</summary>
    public required string Observed { get; init; }

    /// <summary>The limit at that time.</summary>
    public required string Limit { get; init; }

    /// <summary>The unit of both.</summary>
    public required string Unit { get; init; }

    /// <summary>The same in a sentence.</summary>
    public required string Summary { get; init; }

    /// <summary>Whether the alarm fires after it.</summary>
    public bool IsFiring => State != AlarmState.Resolved;
}

/// <summary>The written forms of an <see cref="AlarmState"/>.</summary>
public static class AlarmStates
{
    /// <summary>As the ledger and messages write it.</summary>
    public static string Code(this AlarmState state) => state switch
    {
        AlarmState.Firing => "firing",
        AlarmState.Reminded => "reminded",
        AlarmState.Resolved => "resolved",
        _ => throw new ArgumentOutOfRangeException(nameof(state), state, "Unknown state."),
    };

    internal static AlarmState Parse(string code) => code switch
    {
        "firing" => AlarmState.Firing,
        "reminded" => AlarmState.Reminded,
        _ => AlarmState.Resolved,
    };
}
