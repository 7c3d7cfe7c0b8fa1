using System.Diagnostics;
using Farthing.Gateway;
using Farthing.Serving.Telemetry;
using Microsoft.AspNetCore.Http;

namespace Farthing.Serving.Live;

/// <summary>The configuration in force, swapped whole while calls are under way.</summary>
internal sealed class LiveGateway : IAsyncDisposable
{
    private readonly ServingMeans _means;
    private volatile ServedConfiguration _current;

    /// <summary>Begins with a configuration.</summary>
    public LiveGateway(LlmGateway gateway, string hash, ServingMeans means) =>
        (_means, _current) = (means, new ServedConfiguration(gateway, 1, hash, means));

    /// <summary>What is in force now. A request asks for it by <see cref="RunAsync"/>.</summary>
    public ServedConfiguration Current => _current;

    /// <summary>Runs a request on the configuration of now, to its end.</summary>
    public async Task RunAsync<TState>(HttpContext context, TState state, Func<ServedConfiguration, HttpContext, TState, Task> run)
    {
        ServedConfiguration served = Enter();
        try
        {
            await run(served, context, state);
        }
        finally
        {
            served.Leave();
        }
    }

    /// <summary>Runs a client's call, measured and traced.</summary>
    /// <param name="context">The request.</param>
    /// <param name="route">The path as it is mapped.</param>
    /// <param name="state">What the call needs besides.</param>
    /// <param name="run">Makes the call.</param>
    public async Task CallAsync<TState>(HttpContext context, string route, TState state, Func<ServedConfiguration, HttpContext, TState, Task> run)
    {
        long started = _means.Time.GetTimestamp();
        using Activity? span = CallSpan.Start(context.Request, route);
        ServedConfiguration served = Enter();
        try
        {
            await run(served, context, state);
        }
        finally
        {
            served.Leave();
            int status = context.RequestAborted.IsCancellationRequested ? StatusCodes.Status499ClientClosedRequest : context.Response.StatusCode;
            _means.Metrics.CallEnded(route, status, _means.Time.GetElapsedTime(started));
            CallSpan.End(span, context.Response, status);
        }
    }

    /// <summary>Puts another configuration in force. Calls under way end on the one before.</summary>
    public async Task<ServedConfiguration> ReplaceAsync(LlmGateway gateway, string hash)
    {
        ServedConfiguration before = _current;
        ServedConfiguration now = _current = new ServedConfiguration(gateway, before.Version + 1, hash, _means);
        await before.DisposeAsync();
        return now;
    }

    private ServedConfiguration Enter()
    {
        ServedConfiguration served = _current;
        while (!served.TryEnter())
        {
            // Another one is in force since.
            served = _current;
        }

        return served;
    }

    /// <summary>Ends the configuration in force.</summary>
    public ValueTask DisposeAsync() => _current.DisposeAsync();
}
