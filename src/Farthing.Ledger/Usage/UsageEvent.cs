namespace Farthing.Ledger.Usage;

/// <summary>
/// Something that a pipeline outside reports: source and id name it for ever, so that it may be sent as often as its sender likes.
/// </summary>
public sealed record UsageEvent
{
    /// <summary>A longer source or id is refused.</summary>
    public const int MaxNameLength = 200;

    /// <summary>Who reports it, such as <c>/render-farm/worker-7</c>.</summary>
    public required string Source { get; init; }

    /// <summary>Its id, which no other event of the source has.</summary>
    public required string Id { get; init; }

    /// <summary>Its kind, as it was written.</summary>
    public required string Type { get; init; }

    /// <summary>When it happened.</summary>
    public required DateTimeOffset At { get; init; }

    /// <summary>Everything that it says, in one form: two events are the same when type, time and this are.</summary>
    public required string Content { get; init; }

    /// <summary>The key that it was sent with; empty where none is needed.</summary>
    public string Client { get; init; } = "";

    /// <summary>What is to be done.</summary>
    public required UsageBody Body { get; init; }
}

/// <summary>What events may do when they are posted.</summary>
public sealed record UsageRules
{
    /// <summary>How far ahead of the ledger's clock an event may be. 0 to 86,400 s, default 300 s.</summary>
    public TimeSpan MaxSkew { get; init; } = TimeSpan.FromSeconds(300);
}
