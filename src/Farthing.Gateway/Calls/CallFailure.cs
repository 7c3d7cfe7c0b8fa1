using System.Globalization;
using Farthing.Gateway.Configuration;
using Farthing.Gateway.Fallbacks;
using Farthing.Gateway.Providers;
using Polly.CircuitBreaker;

namespace Farthing.Gateway.Calls;

/// <summary>Says why a call has no answer, in the words and with the status that help its client most.</summary>
/// <param name="configuration">Deadlines.</param>
/// <param name="links">The providers by name.</param>
/// <param name="bridges">The ways between shapes.</param>
/// <param name="time">The clock.</param>
internal sealed class CallFailure(GatewayConfiguration configuration, IReadOnlyDictionary<string, ProviderLink> links, ShapeBridges bridges, TimeProvider time)
{
    /// <summary>No target gave an answer. A provider's own error is passed on where it says more than the gateway can.</summary>
    public CallResult Of(CallRun run)
    {
        var result = new CallResult(run.Attempts, run.Last);
        var wait = run.RestsUntil is { } until ? until - time.GetUtcNow() : (TimeSpan?)null;
        var tried = string.Join(", ", run.Call.Targets.Distinct());
        return run.Last switch
        {
            // As where its keys are asked and refused once more, without asking.
            _ when run.NotGiven is { } target => result with
            {
                Error = new GatewayError(404, "model_not_available", string.Create(
                    CultureInfo.InvariantCulture,
                    $"No answer after {run.Attempts} attempt(s) at {tried}. The last one, '{target}', was not asked again: the provider does not give the gateway's keys this model.")),
            },
            null when run.Unreached is { } target && run.Call.Targets.All(each => !Reaches(run.Call.Shape, each)) => result with
            {
                Error = new GatewayError(400, "shape_not_available", $"The provider of '{target}' does not speak this endpoint's shape, and no translation to it is available. Use the provider's own endpoint."),
            },
            null when run.Unsaid is { } refused => result with { Error = new GatewayError(400, "bad_request", refused.Message, refused.Parameter) },
            null when run.Call.Targets.All(target => !links[target.Provider].Keys.Serves(target.Model)) => result with
            {
                // The configuration says so, and waiting changes nothing.
                Error = new GatewayError(404, "model_not_available",
                    $"No key of this gateway is for {tried}: ask for a model that GET /v1/models lists, or have this one added to the 'models' of a key of its provider."),
            },
            null when wait is not null && run.OnlyRests => result with
            {
                // What a client would hear from the provider itself, so that its SDK throws what its code waits for.
                Error = new GatewayError(429, "rate_limited", $"Every key for {tried} rests, because its provider limits its calls. Try again later.") { RetryAfter = wait },
            },
            null => result with
            {
                Error = new GatewayError(503, "no_provider_available", $"No provider can be tried now for {tried}: {Why(run)}. Try again later.")
                {
                    RetryAfter = wait ?? configuration.Resilience.BreakerBreak,
                },
            },
            { Fault: AttemptFault.RateLimited or AttemptFault.ServerError, Body.Length: > 0 } => result,
            { Fault: AttemptFault.RateLimited } => result with { Error = Failed(429, "rate_limited", run, "the provider limits its calls") with { RetryAfter = wait } },
            { Fault: AttemptFault.TimedOut } => result with { Error = Failed(504, "provider_timed_out", run, "the provider did not answer in time") },
            { Fault: AttemptFault.KeyRefused } => result with { Error = Failed(502, "provider_refused_key", run, "the provider refused the gateway's own key") },
            { Fault: AttemptFault.ModelRefused } => result with { Error = Failed(404, "model_not_available", run, "the provider does not give the gateway's keys this model") },
            { Fault: AttemptFault.Unusable } => result with { Error = Failed(502, "answer_unusable", run, "the model called a tool with arguments that are no JSON object") },
            { Fault: AttemptFault.Unreachable } => result with { Error = Failed(502, "provider_unreachable", run, "the provider could not be reached") },
            _ => result with { Error = Failed(502, "provider_failed", run, "the provider's answer broke off or was none") },
        };
    }

    private static GatewayError Failed(int status, string code, CallRun run, string what) => new(status, code, string.Create(
        CultureInfo.InvariantCulture,
        $"No answer after {run.Attempts} attempt(s) at {string.Join(", ", run.Call.Targets.Distinct())}. The last one, at '{run.Last!.Record.Provider}/{run.Last.Record.Model}': {what}."));

    private bool Reaches(WireShape shape, ModelTarget target) => bridges.TryReach(shape, links[target.Provider].Options, target.Model, out _, out _);

    private string Why(CallRun run) => string.Join("; ", run.Call.Targets.Distinct().Select(target =>
    {
        var link = links[target.Provider];
        return !Reaches(run.Call.Shape, target) ? $"'{target}' speaks another shape"
            : run.Unpriced == target ? $"'{target}' has no price, and a budget pays for this call"
            : !link.Keys.Serves(target.Model) ? $"no key of '{target.Provider}' is for '{target.Model}'"
            : link.Pipeline.State != CircuitState.Closed ? $"'{target.Provider}' failed too often and is left alone for a while"
            : $"every key of '{target.Provider}' rests or was refused";
    }));
}
