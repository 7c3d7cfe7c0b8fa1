using Farthing.Ledger.Money;

namespace Farthing.Ledger.Usage;

/// <summary>What became of an event.</summary>
public enum UsageStatus
{
    /// <summary>It is in the ledger, and new.</summary>
    Accepted,

    /// <summary>The same event is in the ledger; nothing changed.</summary>
    Duplicate,

    /// <summary>What it says is at odds with what is in the ledger, for ever; nothing changed.</summary>
    Conflict,

    /// <summary>It can't be posted as it is; nothing changed.</summary>
    Refused,

    /// <summary>It names a lease or an attempt that the ledger does not have yet: send that first, and this again.</summary>
    Early,
}

/// <summary>What became of an event, and why.</summary>
/// <param name="Status">What became of it.</param>
/// <param name="Code">A short name of the reason, such as <c>closed_period</c>; empty where there is nothing to say.</param>
/// <param name="Reason">What happened and what to do; empty where there is nothing to say.</param>
public sealed record UsageResult(UsageStatus Status, string Code = "", string Reason = "")
{
    /// <summary>What the ledger has under the same source and id; null where nothing is at odds.</summary>
    public StoredEvent? Stored { get; init; }

    /// <summary>What its new charges cost; null where it has none with a price.</summary>
    public CurrencyAmount? Cost { get; init; }

    /// <summary>How many of its charges have no price, which is not 0.</summary>
    public int Unpriced { get; init; }
}

/// <summary>An event as the ledger has it.</summary>
/// <param name="Type">Its kind.</param>
/// <param name="At">When it happened.</param>
/// <param name="Content">What it says.</param>
/// <param name="Client">The key that it was sent with.</param>
public sealed record StoredEvent(string Type, DateTimeOffset At, string Content, string Client);
