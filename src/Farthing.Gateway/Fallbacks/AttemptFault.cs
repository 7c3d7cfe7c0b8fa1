namespace Farthing.Gateway.Fallbacks;

/// <summary>What kept an attempt from an answer, which decides what is tried next.</summary>
public enum AttemptFault
{
    /// <summary>Nothing: there is an answer, or a stream with its first token.</summary>
    None,

    /// <summary>The client's own 4xx: no key and no provider would mend it.</summary>
    Rejected,

    /// <summary>401, 402 or 403: the key is out.</summary>
    KeyRefused,

    /// <summary>403 that names the model as its reason: the key is well for others.</summary>
    ModelRefused,

    /// <summary>429: the key rests.</summary>
    RateLimited,

    /// <summary>408, 409 or 5xx.</summary>
    ServerError,

    /// <summary>No connection, or it broke before an answer.</summary>
    Unreachable,

    /// <summary>No answer, or no first token, in time.</summary>
    TimedOut,

    /// <summary>An answer that is none, or a stream that died before its first token.</summary>
    Broken,

    /// <summary>A whole answer in which the model wrote what the client's shape can't say.</summary>
    Unusable,

    /// <summary>A stream that died after its first token, when nothing can be tried any more.</summary>
    BrokenStream,

    /// <summary>The client went away.</summary>
    Cancelled,
}

/// <summary>What follows from a fault.</summary>
public static class AttemptFaults
{
    /// <summary>Whether the same call may do better later: it is retried, and counts against its provider.</summary>
    public static bool IsTransient(this AttemptFault fault) =>
        fault is AttemptFault.ServerError or AttemptFault.Unreachable or AttemptFault.TimedOut or AttemptFault.Broken;

    /// <summary>The fault of a status.</summary>
    public static AttemptFault OfStatus(int status) => status switch
    {
        >= 200 and < 300 => AttemptFault.None,
        401 or 402 or 403 => AttemptFault.KeyRefused,
        429 => AttemptFault.RateLimited,
        408 or 409 or >= 500 => AttemptFault.ServerError,
        >= 400 => AttemptFault.Rejected,

        // A redirect is not followed: it would take the key along.
        _ => AttemptFault.Broken,
    };

    /// <summary>The name in the ledger; empty where there is none.</summary>
    public static string Code(this AttemptFault fault) => fault switch
    {
        AttemptFault.None => "",
        AttemptFault.Rejected => "rejected",
        AttemptFault.KeyRefused => "key_refused",
        AttemptFault.ModelRefused => "model_refused",
        AttemptFault.RateLimited => "rate_limited",
        AttemptFault.ServerError => "server_error",
        AttemptFault.Unreachable => "unreachable",
        AttemptFault.TimedOut => "timed_out",
        AttemptFault.Broken => "broken",
        AttemptFault.Unusable => "unusable",
        AttemptFault.BrokenStream => "broken_stream",
        AttemptFault.Cancelled => "cancelled",
        _ => throw new ArgumentOutOfRangeException(nameof(fault), fault, "Unknown fault."),
    };
}
