using System.Runtime.CompilerServices;
using Farthing.Gateway.Booking;
using Farthing.Gateway.Budgets;
using Farthing.Gateway.Configuration;
using Farthing.Gateway.Fallbacks;
using Farthing.Gateway.Providers;
using Farthing.Gateway.Telemetry;
using Farthing.Gateway.Translation;
using Farthing.Gateway.Wire;

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
    private readonly CallFailure _failure = new(configuration, links, bridges, time);

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
        using var either = new CancellationTokenSource(configuration.Resilience.Total, time);
        await using var gone = client.UnsafeRegister(static source => ((CancellationTokenSource)source!).Cancel(), either);
        try
        {
            var result = configuration.Resilience.HedgeAfter == TimeSpan.Zero
                ? await LaneAsync(new CallRun(call, watch, client, either.Token), call.Targets)
                : await HedgedAsync(call, watch, client, either.Token);
            Telemetry.CallEnded(call, result);
            return result;
        }
        finally
        {
            watch.RunEnded();
        }
    }

    private async Task<CallResult> HedgedAsync(GatewayCall call, CallWatch watch, CancellationToken client, CancellationToken stop)
    {
        using var first = new Lane(client, stop);
        using var second = new Lane(client, stop);
        var run = new CallRun(call, watch, first.Client, first.Stop);
        var beside = new CallRun(call, watch, second.Client, second.Stop) { Beside = run };
        run.Beside = beside;
        var result = await new Hedge(configuration.Resilience.HedgeAfter, time).RunAsync(
            first, () => LaneAsync(run, call.Targets).AsTask(), second, () => LaneAsync(beside, TargetsBeside(run)).AsTask(), stop);
        return result with { Attempts = call.Numbers.Count };
    }

    /// <summary>What a second attempt may be made at: the targets after the one that is slow, else another key of its own.</summary>
    private static IReadOnlyList<ModelTarget> TargetsBeside(CallRun run)
    {
        IReadOnlyList<ModelTarget> targets = run.Call.Targets;
        return run.At + 1 < targets.Count ? [.. targets.Skip(run.At + 1)] : [targets[^1]];
    }

    /// <summary>Tries targets one after the other. One whose shape can't say the request is passed over: another's may.</summary>
    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))]
    private async ValueTask<CallResult> LaneAsync(CallRun run, IReadOnlyList<ModelTarget> targets)
    {
        for (run.At = 0; run.At < targets.Count; run.At++)
        {
            try
            {
                if (await TryAsync(run, targets[run.At]) is { } done)
                {
                    return done;
                }
            }
            catch (RequestFormException refused)
            {
                run.Unsaid ??= refused;
                run.OnlyRests = false;
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

        return _failure.Of(run);
    }

    /// <summary>Tries one target with each of its keys; null when the next target is to be tried.</summary>
    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))]
    private async ValueTask<CallResult?> TryAsync(CallRun run, ModelTarget target)
    {
        var link = links[target.Provider];
        if (!bridges.TryReach(run.Call.Shape, link.Options, target.Model, out var shape, out var bridge))
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
        var body = bridge is null ? run.Call.Request.For(target.Model, asks) : default;
        body = bridge is null && shape is WireShape.Responses or WireShape.Messages ? SealedRemoval.From(body) : body;
        body = bridge is null && shape == WireShape.Messages ? ToolCallId.In(body) : body;
        List<KeyOptions> tried = run.Beside?.Key is { } busy ? [busy] : [];
        var isTried = false;
        while (link.Keys.Choose(target.Model, tried) is { } key)
        {
            (run.Key, isTried) = (key, true);
            AttemptResult? result = null;
            try
            {
                result = await link.Pipeline.RunAsync(
                    static (at, stop) => at.Runner.AttemptAsync(at, stop), new TargetTry(this, run, target, link, key, shape, bridge, body), run.Stop);
            }
            finally
            {
                link.Keys.Ended(key, target.Model, result is { IsOfOtherModel: true } ? null : result?.Fault);
            }

            switch (result?.Fault)
            {
                case AttemptFault.None or AttemptFault.Rejected:
                    return run.Refused is null ? new CallResult(run.Attempts, result) : new CallResult(run.Attempts, run.Last) { Error = run.Refused };
                case AttemptFault.KeyRefused:
                    link.Keys.Refused(key);
                    tried.Add(key);
                    break;
                case AttemptFault.ModelRefused:
                    // Another key's account may have the model. This key stays for other models: any client could knock it out by naming such a model.
                    run.OnlyRests = false;
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
        run.NotGiven = !isTried && link.Keys.Refuses(target.Model) ? target : run.NotGiven;
        run.RestsUntil = rest is { } until && (run.RestsUntil is null || until < run.RestsUntil) ? until : run.RestsUntil;
        return null;
    }

    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))]
    private async ValueTask<AttemptResult> AttemptAsync(TargetTry at, CancellationToken stop)
    {
        var run = at.Run;
        var bridged = at.Bridge?.Begin(run.Call.Request, at.Target.Model, at.Link.Options.Row);

        // What earlier attempts cost is spent, and one under way beside it may cost its most, so that this one must be held for on top of both.
        var refused = run.Watch.Hold is { } hold ? await hold.CoverAsync(at.Target, stop) : null;
        var plan = new AttemptPlan(run.Call, at.Target, at.Link, at.Key)
        {
            Number = refused is null ? run.NextNumber() : 0,
            Shape = at.Shape,
            Bridged = bridged,
            Body = bridged?.Body ?? at.Body,
            Client = run.Client,
            Watch = run.Watch,
        };
        if (refused is not null)
        {
            run.Refused = refused;
            return new AttemptResult(AttemptFault.Rejected, run.Last?.Record ?? plan.Record(time.GetUtcNow()));
        }

        run.NotGiven = null;
        return run.Last = await caller.CallAsync(plan, stop);
    }

    /// <summary>A target and a key that are tried; one object, for it goes through every layer of the pipeline.</summary>
    private sealed record TargetTry(
        CallRunner Runner, CallRun Run, ModelTarget Target, ProviderLink Link, KeyOptions Key, WireShape Shape, IShapeBridge? Bridge, ReadOnlyMemory<byte> Body);
}
