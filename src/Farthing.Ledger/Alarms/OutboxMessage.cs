namespace Farthing.Ledger.Alarms;

/// <summary>How far a message is.</summary>
public enum OutboxStatus
{
    /// <summary>It is to be sent, now or at its next try.</summary>
    Waiting,

    /// <summary>Somebody is sending it.</summary>
    Sending,

    /// <summary>A receiver took it.</summary>
    Delivered,

    /// <summary>Nobody tries any more.</summary>
    Dead,
}

/// <summary>A message of the outbox.</summary>
public sealed record OutboxMessage
{
    /// <summary>Its number.</summary>
    public required long Number { get; init; }

    /// <summary>The id that every try is sent with, by which a receiver knows a repeat.</summary>
    public required string Id { get; init; }

    /// <summary>The alarm, by its rule's name.</summary>
    public required string Alarm { get; init; }

    /// <summary>What the alarm is about.</summary>
    public required string Subject { get; init; }

    /// <summary>What it tells.</summary>
    public required AlarmState State { get; init; }

    /// <summary>When it was written.</summary>
    public required DateTimeOffset At { get; init; }

    /// <summary>How far it is.</summary>
    public required OutboxStatus Status { get; init; }

    /// <summary>How often it was tried.</summary>
    public required int Tries { get; init; }

    /// <summary>When it is tried next, or by when who sends it now must be done; null where it is over.</summary>
    public DateTimeOffset? Next { get; init; }

    /// <summary>What the last try came to; empty before the first.</summary>
    public string Detail { get; init; } = "";
}

/// <summary>The right to send a message once, until an instant.</summary>
/// <param name="Message">The message's number.</param>
/// <param name="Try">Which try it is, from 1.</param>
/// <param name="Id">The message's id.</param>
/// <param name="Body">What is sent, byte for byte (UTF-8).</param>
public sealed record OutboxClaim(long Message, int Try, string Id, string Body);

/// <summary>What a try came to.</summary>
/// <param name="Status">The receiver's HTTP status; 0 where none came.</param>
/// <param name="Detail">In words, without anything that the receiver wrote.</param>
public sealed record OutboxResult(int Status, string Detail)
{
    /// <summary>Whether the receiver took it.</summary>
    public bool IsDelivered { get; init; }

    /// <summary>When it is tried again; null where it is over.</summary>
    public DateTimeOffset? Next { get; init; }
}
