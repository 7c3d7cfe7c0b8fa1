using Farthing.Gateway.Booking;
using Farthing.Gateway.Calls;

namespace Farthing.Gateway.Fallbacks;

/// <summary>What an attempt gave: an answer, a stream whose first token is there, or a fault with what the provider said.</summary>
/// <param name="Fault">What kept it from an answer.</param>
/// <param name="Record">The attempt as booked so far.</param>
public sealed record AttemptResult(AttemptFault Fault, AttemptRecord Record)
{
    /// <summary>The provider's status; 0 where none came.</summary>
    public int Status { get; init; }

    /// <summary>The provider's headers that are passed on.</summary>
    public IReadOnlyList<(string Name, string Value)> Headers { get; init; } = [];

    /// <summary>The body, in the client's shape; empty where there is none to pass on.</summary>
    public ReadOnlyMemory<byte> Body { get; init; }

    /// <summary>The stream; null for an answer that came whole.</summary>
    public StreamRelay? Stream { get; init; }

    /// <summary>Whether the provider says of an answer that it ended by itself. What was cut, filtered or paused is passed on, and kept nowhere.</summary>
    public bool IsWhole { get; init; }

    /// <summary>Whether it is another model that was refused, such as one of a tool, so that nothing follows for the one that was asked for.</summary>
    public bool IsOfOtherModel { get; init; }

    /// <summary>How long the provider asked to wait.</summary>
    public TimeSpan? RetryAfter { get; init; }
}
