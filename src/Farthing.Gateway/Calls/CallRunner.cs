using System.Globalization;
using Farthing.Gateway.Booking;
using Farthing.Gateway.Budgets;
using Farthing.Gateway.Configuration;
using Farthing.Gateway.Fallbacks;
using Farthing.Gateway.Providers;
using Farthing.Gateway.Telemetry;
using Farthing.Gateway.Translation;
using Farthing.Gateway.Wire;
using Polly.CircuitBreaker;

namespace Farthing.Gateway.Calls;

/// <summary>
/// Makes a client's call. For each target in order: its provider's keys one after the other, with retries of what may pass; the
/// next target follows a fault that is the provider's, never one that is the client's own.
/// </summary>
/// <param name="configuration">Deadlines.</param>
/// <param name="links">The providers by name.</param>
/// <param name="bridges">The ways between shapes.</param>
/// <param name="caller">Makes attempts.</param>
/// <param name="time">The clock.</param>
public sealed class CallRunner(
    GatewayConfiguration configuration, IReadOnlyDictionary<string, ProviderLink> links, ShapeBridges bridges, ProviderCaller caller, TimeProvider time)
{
    /// <summary>What calls may cost; null where nothing bounds it.</summary>
    internal BudgetGate? Budgets { get; init; }

    /// <summary>Hears of attempts.</summary>
    public required AttemptTelemetry Telemetry { get; init; }

    /// <summary>Makes the call.</summary>
    /// <param name="call">The call.</param>
    /// <param name="client">Cancelled when the client goes away.</param>
    /// <exception cref="BookingException">An attempt can't be written down, so none is made any more.</exception>
    public async Task<CallResult> RunAsync(GatewayCall call, CancellationToken client)
    {
        ArgumentNullException.ThrowIfNull(call);
        var (hold, refused) = Budgets is null ? default : await Budgets.HoldAsync(call, client);
        if (refused is not null)
        {
            return new CallResult(0, null) { Error = refused };
        }

        var watch = new CallWatch(call, hold, Telemetry);
        try
        {
            var result = await RunAsync(call, watch, client);
            Telemetry.CallEnded(call, result);
            return result;
        }
        finally
        {
            watch.RunEnded();
        }
    }

    private async Task<CallResult> RunAsync(GatewayCall call, CallWatch watch, CancellationToken client)
    {
        using var either = new CancellationTokenSource(configuration.Resilience.Total, time);
        await using var gone = client.UnsafeRegister(static source => ((CancellationTokenSource)source!).Cancel(), either);
        var tally = new Tally();
        var after = configuration.Resilience.HedgeAfter;

        // A budget holds what one attempt at a time may cost.
        if (after == TimeSpan.Zero || watch.Hold is not null)
        {
            return await LaneAsync(new Run(call, watch, tally, client, either.Token), call.Targets);
        }

        using var first = new Lane(client, either.Token);
        using var second = new Lane(client, either.Token);
        var run = new Run(call, watch, tally, first.Client, first.Stop);
        var beside = new Run(call, watch, tally, second.Client, second.Stop) { Beside = run };
        run.Beside = beside;
        var result = await new Hedge(after, time).RunAsync(
            first, () => LaneAsync(run, call.Targets), second, () => LaneAsync(beside, TargetsBeside(run)), either.Token);
        return result with { Attempts = tally.Attempts };
    }

    /// <summary>What a second attempt may be made at: the targets after the one that is slow, else another key of its own.</summary>
    private static IReadOnlyList<ModelTarget> TargetsBeside(Run run)
    {
        IReadOnlyList<ModelTarget> targets = run.Call.Targets;
        return run.At + 1 < targets.Count ? [.. targets.Skip(run.At + 1)] : [targets[^1]];
    }

    /// <summary>Tries targets one after the other.</summary>
    private async Task<CallResult> LaneAsync(Run run, IReadOnlyList<ModelTarget> targets)
    {
        for (run.At = 0; run.At < targets.Count; run.At++)
        {
            if (await TryOrPassAsync(run, targets[run.At]) is { } done)
            {
                return done;
            }

            if (run.Client.IsCancellationRequested)
            {
                return new CallResult(run.Attempts, run.Last) { IsCancelled = true };
            }

            if (run.Stop.IsCancellationRequested)
            {
                break;
            }
        }

        return Exhausted(run);
    }

    /// <summary>A target whose shape can't say the request is passed over: another's may.</summary>
    private async ValueTask<CallResult?> TryOrPassAsync(Run run, ModelTarget target)
    {
        try
        {
            return await TryAsync(run, target);
        }
        catch (RequestFormException refused)
        {
            run.Unsaid ??= refused;
            run.OnlyRests = false;
            return null;
        }
    }

    /// <summary>Tries one target with each of its keys; null when the next target is to be tried.</summary>
    private async ValueTask<CallResult?> TryAsync(Run run, ModelTarget target)
    {
        var link = links[target.Provider];
        if (!bridges.TryReach(run.Call.Shape, link.Options.Row, out var shape, out var bridge))
        {
            run.Unreached ??= target;
            return null;
        }

        if (run.Watch.Hold?.Allows(target) == false)
        {
            run.Unpriced ??= target;
            return null;
        }

        var asks = AttemptPlan.AsksForUsage(run.Call, link.Options.Row, shape);
        var body = bridge is null ? run.Call.Request.For(target.Model, asks) : null;
        body = body is not null && shape == WireShape.Responses ? SealedThinking.RemovedFrom(body) : body;
        List<KeyOptions> tried = run.Beside?.Key is { } busy ? [busy] : [];
        while (link.Keys.Choose(target.Model, tried) is { } key)
        {
            run.Key = key;
            var result = await link.Pipeline.RunAsync(
                static (state, stop) =>
                {
                    var (self, run, target, link, key, shape, bridge, body) = state;
                    var bridged = bridge?.Begin(run.Call.Request, target.Model, link.Options.Row);
                    return self.AttemptAsync(run, new AttemptPlan(run.Call, target, link, key)
                    {
                        Number = run.NextNumber(),
                        Shape = shape,
                        Bridged = bridged,
                        Body = bridged?.Body ?? body,
                        Client = run.Client,
                        Watch = run.Watch,
                    }, stop);
                },
                (this, run, target, link, key, shape, bridge, body),
                run.Stop);
            switch (result?.Fault)
            {
                case AttemptFault.None or AttemptFault.Rejected:
                    return run.Refused is null ? new CallResult(run.Attempts, result) : new CallResult(run.Attempts - 1, run.Last) { Error = run.Refused };
                case AttemptFault.KeyRefused:
                    link.Keys.Refused(key);
                    tried.Add(key);
                    break;
                case AttemptFault.RateLimited:
                    link.Keys.Limited(key, result.RetryAfter);
                    tried.Add(key);
                    break;
                default:
                    // The provider's own fault, an open breaker, or no time left: another key would not help.
                    run.OnlyRests = false;
                    return null;
            }
        }

        var rest = link.Keys.RestsUntil(target.Model);
        run.OnlyRests &= rest is not null;
        run.RestsUntil = rest is { } until && (run.RestsUntil is null || until < run.RestsUntil) ? until : run.RestsUntil;
        return null;
    }

    private async ValueTask<AttemptResult> AttemptAsync(Run run, AttemptPlan plan, CancellationToken stop)
    {
        // What earlier attempts cost is spent, so that this one must be held for beside it.
        if (run.Watch.Hold is { } hold && await hold.CoverAsync(plan.Target, stop) is { } refused)
        {
            run.Refused = refused;
            return new AttemptResult(AttemptFault.Rejected, run.Last?.Record ?? plan.Record(time.GetUtcNow()));
        }

        return run.Last = await caller.CallAsync(plan, stop);
    }

    /// <summary>No target gave an answer. A provider's own error is passed on where it says more than the gateway can.</summary>
    private CallResult Exhausted(Run run)
    {
        var result = new CallResult(run.Attempts, run.Last);
        var wait = run.RestsUntil is { } until ? until - time.GetUtcNow() : (TimeSpan?)null;
        var tried = string.Join(", ", run.Call.Targets.Distinct());
        return run.Last switch
        {
            null when run.Unreached is { } target && run.Call.Targets.All(each => !Reaches(run.Call.Shape, each)) => result with
            {
                Error = new GatewayError(400, "shape_not_available", $"The provider of '{target}' does not speak this endpoint's shape, and no translation to it is available. Use the provider's own endpoint."),
            },
            null when run.Unsaid is { } refused => result with { Error = new GatewayError(400, "bad_request", refused.Message, refused.Parameter) },
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
            { Fault: AttemptFault.Unreachable } => result with { Error = Failed(502, "provider_unreachable", run, "the provider could not be reached") },
            _ => result with { Error = Failed(502, "provider_failed", run, "the provider's answer broke off or was none") },
        };
    }

    private static GatewayError Failed(int status, string code, Run run, string what) => new(status, code, string.Create(
        CultureInfo.InvariantCulture,
        $"No answer after {run.Attempts} attempt(s) at {string.Join(", ", run.Call.Targets.Distinct())}. The last one, at '{run.Last!.Record.Provider}/{run.Last.Record.Model}': {what}."));

    private bool Reaches(WireShape shape, ModelTarget target) => bridges.TryReach(shape, links[target.Provider].Options.Row, out _, out _);

    private string Why(Run run) => string.Join("; ", run.Call.Targets.Distinct().Select(target =>
    {
        var link = links[target.Provider];
        return !Reaches(run.Call.Shape, target) ? $"'{target}' speaks another shape"
            : run.Unpriced == target ? $"'{target}' has no price, and a budget pays for this call"
            : !link.Keys.Serves(target.Model) ? $"no key of '{target.Provider}' is for '{target.Model}'"
            : link.Pipeline.State != CircuitState.Closed ? $"'{target.Provider}' failed too often and is left alone for a while"
            : $"every key of '{target.Provider}' rests or was refused";
    }));

    /// <summary>Counts the attempts of a call, of both lanes where it is hedged.</summary>
    private sealed class Tally
    {
        private int _attempts;

        public int Attempts => Volatile.Read(ref _attempts);

        public int Next() => Interlocked.Increment(ref _attempts);
    }

    private sealed class Run(GatewayCall call, CallWatch watch, Tally tally, CancellationToken client, CancellationToken stop)
    {
        public GatewayCall Call => call;

        public CallWatch Watch => watch;

        public CancellationToken Client => client;

        public CancellationToken Stop => stop;

        public int Attempts => tally.Attempts;

        /// <summary>The index of the target that is tried.</summary>
        public int At { get; set; }

        /// <summary>The key that is used now, which the other lane leaves alone.</summary>
        public KeyOptions? Key { get; set; }

        /// <summary>The other lane; null where there is none.</summary>
        public Run? Beside { get; set; }

        public AttemptResult? Last { get; set; }

        public ModelTarget? Unreached { get; set; }

        public ModelTarget? Unpriced { get; set; }

        public GatewayError? Refused { get; set; }

        /// <summary>What the first target's shape that could not say the request had against it.</summary>
        public RequestFormException? Unsaid { get; set; }

        public DateTimeOffset? RestsUntil { get; set; }

        /// <summary>Whether nothing but resting keys kept targets from being tried.</summary>
        public bool OnlyRests { get; set; } = true;

        public int NextNumber() => tally.Next();
    }
}
