namespace Farthing.Simulation.Scenarios;

/// <summary>What can happen to a call.</summary>
internal enum ActionKind
{
    /// <summary>It is answered.</summary>
    Answer,

    /// <summary>An error status with the protocol's own body.</summary>
    Status,

    /// <summary>Nothing comes.</summary>
    Hang,

    /// <summary>The connection is closed without an answer.</summary>
    Drop,

    /// <summary>The connection breaks in the middle of the answer.</summary>
    Cut,

    /// <summary>In the middle of a stream there is an event that is no JSON.</summary>
    Malformed,

    /// <summary>The answer comes a few bytes at a time.</summary>
    Slow,
}
