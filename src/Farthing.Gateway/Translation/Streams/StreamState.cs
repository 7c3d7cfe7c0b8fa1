namespace Farthing.Gateway.Translation.Streams;

/// <summary>How far a stream is.</summary>
public enum StreamState
{
    /// <summary>More is to come.</summary>
    Open,

    /// <summary>It ended as its protocol says.</summary>
    Complete,

    /// <summary>It ended otherwise, and the client was told so.</summary>
    Broken,
}
