using Farthing.Gateway.Configuration;
using Farthing.Gateway.Fallbacks;
using Farthing.Gateway.Providers;
using Farthing.Gateway.Wire;

namespace Farthing.Gateway.Calls;

/// <summary>One lane of a call: what it tries, and what it came to so far.</summary>
/// <param name="call">The call.</param>
/// <param name="watch">Follows its attempts.</param>
/// <param name="client">Cancelled when the client goes away, or the other lane has the answer.</param>
/// <param name="stop">Cancelled at the call's deadline too.</param>
internal sealed class CallRun(GatewayCall call, CallWatch watch, CancellationToken client, CancellationToken stop)
{
    public GatewayCall Call => call;

    public CallWatch Watch => watch;

    public CancellationToken Client => client;

    public CancellationToken Stop => stop;

    /// <summary>The attempts of the call, of both lanes where it is hedged.</summary>
    public int Attempts => call.Numbers.Count;

    /// <summary>The index of the target that is tried.</summary>
    public int At { get; set; }

    /// <summary>The key that is used now, which the other lane leaves alone.</summary>
    public KeyOptions? Key { get; set; }

    /// <summary>The other lane; null where there is none.</summary>
    public CallRun? Beside { get; set; }

    public AttemptResult? Last { get; set; }

    public ModelTarget? Unreached { get; set; }

    public ModelTarget? Unpriced { get; set; }

    /// <summary>The target that was passed over last because its provider does not give the keys this model; null where an attempt followed.</summary>
    public ModelTarget? NotGiven { get; set; }

    public GatewayError? Refused { get; set; }

    /// <summary>What the first target's shape that could not say the request had against it.</summary>
    public RequestFormException? Unsaid { get; set; }

    public DateTimeOffset? RestsUntil { get; set; }

    /// <summary>Whether nothing but resting keys kept targets from being tried.</summary>
    public bool OnlyRests { get; set; } = true;

    public int NextNumber() => call.Numbers.Next();
}
