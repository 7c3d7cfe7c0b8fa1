namespace Farthing.Ledger.Usage;

/// <summary>The kinds of events, as they are written.</summary>
public static class UsageTypes
{
    /// <summary>Tokens, operations, bytes and whatever else is counted.</summary>
    public const string Use = "farthing.usage";

    /// <summary>A batch's device time with its renders.</summary>
    public const string Batch = "farthing.batch";

    /// <summary>Something was saved.</summary>
    public const string Saved = "farthing.saved";

    /// <summary>A lease begins.</summary>
    public const string LeaseOpened = "farthing.lease.opened";

    /// <summary>A lease's meter up to now.</summary>
    public const string LeaseHeartbeat = "farthing.lease.heartbeat";

    /// <summary>A lease ends.</summary>
    public const string LeaseClosed = "farthing.lease.closed";

    /// <summary>A lease's worker died.</summary>
    public const string LeaseLost = "farthing.lease.lost";

    /// <summary>An attempt begins.</summary>
    public const string AttemptStarted = "farthing.attempt.started";

    /// <summary>An attempt ends.</summary>
    public const string AttemptEnded = "farthing.attempt.ended";

    /// <summary>All of them.</summary>
    public static IReadOnlyList<string> All { get; } =
        [Use, Batch, Saved, LeaseOpened, LeaseHeartbeat, LeaseClosed, LeaseLost, AttemptStarted, AttemptEnded];
}
