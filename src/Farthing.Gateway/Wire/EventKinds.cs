namespace Farthing.Gateway.Wire;

/// <summary>What an event of a stream is to the gateway.</summary>
[Flags]
public enum EventKinds
{
    /// <summary>Nothing of note, such as a role, a ping or a comment.</summary>
    None = 0,

    /// <summary>It has something that a model generated, or says that the model stopped.</summary>
    Token = 1,

    /// <summary>It reports usage and nothing else.</summary>
    UsageOnly = 2,

    /// <summary>The model stopped by itself; the provider may still send usage.</summary>
    Finish = 4,

    /// <summary>The provider says that the stream is whole.</summary>
    End = 8,

    /// <summary>The provider says that it failed, where clients look for it.</summary>
    Error = 16,

    /// <summary>It is no JSON, or makes no sense after what came before.</summary>
    Malformed = 32,

    /// <summary>A choice ended in a failure, which its reason says and no client looks for.</summary>
    Failed = 64,
}
