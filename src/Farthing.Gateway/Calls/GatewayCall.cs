using Farthing.Gateway.Caching;
using Farthing.Gateway.Keys;
using Farthing.Gateway.Providers;
using Farthing.Gateway.Wire;
using Farthing.Ledger.Posting;

namespace Farthing.Gateway.Calls;

/// <summary>One call of a client, checked and ready to be made.</summary>
/// <param name="RequestId">Its permanent id.</param>
/// <param name="Shape">The client's shape.</param>
/// <param name="Request">What the client sent.</param>
/// <param name="Targets">What to try, in order; one or more.</param>
public sealed record GatewayCall(string RequestId, WireShape Shape, RequestOutline Request, IReadOnlyList<ModelTarget> Targets)
{
    /// <summary>The virtual key's name; empty where clients need none.</summary>
    public string Client { get; init; } = "";

    /// <summary>The virtual key, whose rate its tokens count for; null where clients need none.</summary>
    public ClientKey? Key { get; init; }

    /// <summary>What was taken from the key's tokens a minute ahead of it; null where clients need no key.</summary>
    public TokenPrepayment? Prepaid { get; init; }

    /// <summary>What its attempts are booked with.</summary>
    public TagSet Tags { get; init; } = TagSet.None;

    /// <summary>The client's headers that are passed on.</summary>
    public IReadOnlyList<(string Name, string Value)> Headers { get; init; } = [];

    /// <summary>What the client wants of the caches.</summary>
    public CacheOrder Cache { get; init; } = CacheOrder.Default;

    /// <summary>Numbers the attempts that are booked under its id.</summary>
    public AttemptNumbers Numbers { get; init; } = new();

    /// <summary>Numbers the attempts at embedding its text, which are booked under an id of their own.</summary>
    public AttemptNumbers EmbeddingNumbers { get; init; } = new();
}
