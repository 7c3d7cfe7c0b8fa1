namespace Farthing.Gateway.Providers;

/// <summary>How a provider refuses a key by another status than 401, 402 or 403, which it has for the client's own faults too.</summary>
/// <param name="Status">The status.</param>
/// <remarks>Of an error nothing else is looked at: what it repeats of a request is a client's word, and no client may knock a key out.</remarks>
public sealed record KeyRefusal(int Status)
{
    /// <summary>Words that stand as a <c>reason</c> in the error's <c>details</c>.</summary>
    public IReadOnlyList<string> Reasons { get; init; } = [];

    /// <summary>How its message begins.</summary>
    public IReadOnlyList<string> Beginnings { get; init; } = [];
}
