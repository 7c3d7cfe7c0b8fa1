using System.Globalization;
using Farthing.Gateway;
using Farthing.Gateway.Booking;
using Farthing.Gateway.Caching;
using Farthing.Gateway.Calls;
using Farthing.Gateway.Fallbacks;
using Farthing.Gateway.Keys;
using Farthing.Gateway.Providers;
using Farthing.Gateway.Wire;
using Farthing.Ledger.Posting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace Farthing.Serving;

/// <summary>
/// Takes one call from a client to its end. Steps: 1. the key, 2. the body and what it means, 3. the limits of the key, 4. the
/// call, 5. its answer or stream, or an error in the client's own shape.
/// </summary>
/// <param name="gateway">The configuration in force.</param>
/// <param name="time">The clock.</param>
/// <param name="newId">Gives each request its id.</param>
/// <param name="log">Never hears a prompt, an answer or a key.</param>
internal sealed partial class CallEndpoint(LlmGateway gateway, TimeProvider time, Func<string> newId, ILogger<CallEndpoint> log)
{
    /// <summary>Handles a request.</summary>
    /// <param name="context">The request.</param>
    /// <param name="shape">The endpoint's shape.</param>
    /// <param name="route">The provider that the route is for; null for a route of all.</param>
    public async Task HandleAsync(HttpContext context, WireShape shape, string? route)
    {
        long started = time.GetTimestamp();
        string id = newId();
        context.Response.Headers["x-farthing-request-id"] = id;
        GatewayError? error;
        GatewayCall? call = null;
        try
        {
            (error, call) = await ReadAsync(context, shape, route, id);
            if (call is not null)
            {
                CallResult result = await gateway.Cache.RunAsync(call, context.RequestAborted);
                await WriteAsync(context, call, result);
                Tell(call, result, context.Response.StatusCode, time.GetElapsedTime(started));
                return;
            }
        }
        catch (OperationCanceledException) when (context.RequestAborted.IsCancellationRequested)
        {
            return;
        }
        catch (BadHttpRequestException bad)
        {
            error = bad.StatusCode == StatusCodes.Status413PayloadTooLarge
                ? new GatewayError(413, "request_too_large", $"The body is larger than {gateway.Configuration.Server.MaxBodyMiB} MiB, the gateway's limit (server.max_body_mb).")
                : new GatewayError(bad.StatusCode, "bad_request", bad.Message);
        }
        catch (RequestFormException bad)
        {
            error = new GatewayError(400, "bad_request", bad.Message, bad.Parameter);
        }
        catch (BookingException fault)
        {
            LogUnbooked(id, fault.Message);
            error = new GatewayError(503, "cannot_book", "The gateway can't write down what calls cost, so it makes none. Its log says why.");
        }
        finally
        {
            call?.Prepaid?.GiveBack();
        }

        LogRefused(id, error!.Status, error.Code);
        await WriteAsync(context, shape, error);
    }

    private async ValueTask<(GatewayError? Error, GatewayCall? Call)> ReadAsync(HttpContext context, WireShape shape, string? route, string id)
    {
        ClientKey? key = gateway.Clients.Find(ClientRequest.Key(context.Request));
        if (gateway.Clients.AreNeeded && key is null)
        {
            return (ClientRefusal.UnknownKey, null);
        }

        if (context.Request.Headers.ContentEncoding.Count > 0)
        {
            return (new GatewayError(415, "encoded_body", "The body is compressed (content-encoding), which is not taken: send it as it is."), null);
        }

        GatewayError? fault = ClientRequest.Tags(context.Request, key?.Options, out TagSet tags);
        CacheOrder order = CacheOrder.Default;
        IReadOnlyList<(string Name, string Value)> passed = [];
        fault ??= CacheHeaders.Read(context.Request, out order);
        fault ??= ClientRequest.Passed(context.Request, out passed);
        if (fault is not null)
        {
            return (fault, null);
        }

        RequestOutline request = RequestOutline.Read(await ClientRequest.BodyAsync(context.Request, context.RequestAborted));
        if (gateway.Routing.Find(request.Model, route, request.Fallbacks, out var targets) is { } unknown)
        {
            return (unknown, null);
        }

        if (key is not null && (fault = Refusal(key, request, targets)) is not null)
        {
            return (fault, null);
        }

        return (null, new GatewayCall(id, shape, request, targets)
        {
            Client = key?.Options.Name ?? "",
            Key = key,
            Prepaid = key is null ? null : new TokenPrepayment(key, request.Body.Length),
            Tags = tags,
            Headers = passed,
            Cache = order,
        });
    }

    /// <summary>A chain of the configuration is allowed with its first target; what the body adds must be allowed by itself.</summary>
    private static GatewayError? Refusal(ClientKey key, RequestOutline request, IReadOnlyList<ModelTarget> targets)
    {
        bool allowed = key.Allows(request.Model, targets[0])
            && (request.Fallbacks is null || targets.Skip(1).Zip(request.Fallbacks).All(pair => key.Allows(pair.Second, pair.First)));
        return !allowed ? new GatewayError(403, "model_not_allowed", $"The key '{key.Options.Name}' is not for the model '{request.Model}' or one of its fallbacks.", "model")
            : ClientRefusal.OfRate(key, request.Body.Length);
    }

    private async Task WriteAsync(HttpContext context, GatewayCall call, CallResult result)
    {
        HttpResponse response = context.Response;
        using TapePlay? tape = result.Cache.Tape;

        // Whatever keeps it from being passed on, its provider is let go and its attempt ends. One that is played from a tape is the recording's.
        using StreamRelay? stream = tape is null ? result.Served?.Stream : null;
        if (result.IsCancelled)
        {
            return;
        }

        response.Headers["x-farthing-attempts"] = result.Attempts.ToString(CultureInfo.InvariantCulture);
        CacheHeaders.Write(response, result.Cache);
        gateway.Metrics.CacheResult(CacheHeaders.Text(result.Cache.Word));
        if (result.Cache.Hit is { } hit)
        {
            await CacheReply.WriteAsync(context, hit);
            return;
        }

        if (result.Served is { } served)
        {
            response.Headers["x-farthing-provider"] = Printable(served.Record.Provider);
            response.Headers["x-farthing-model"] = Printable(served.Record.Model);
            if (result.Attempts > 0)
            {
                response.Headers["x-farthing-key-id"] = served.Record.KeyId;
            }
        }

        if (result.Error is { } error)
        {
            await WriteAsync(context, call.Shape, error);
            return;
        }

        await WriteAsync(context, result.Served!, tape, isJoined: tape is not null && result.Attempts == 0);
    }

    /// <summary>Passes an answer or a stream on. What one that joined another client's call is played was bought for that client.</summary>
    private async Task WriteAsync(HttpContext context, AttemptResult served, TapePlay? tape, bool isJoined)
    {
        HttpResponse response = context.Response;
        response.StatusCode = served.Status;
        foreach (var (name, value) in served.Headers)
        {
            response.Headers[name] = value;
        }

        if (served.Stream is { } stream)
        {
            response.ContentType = "text/event-stream; charset=utf-8";
            response.Headers.CacheControl = "no-cache";
            response.Headers["x-accel-buffering"] = "no";
            await (tape is null
                ? stream.RelayAsync(response.BodyWriter, gateway.Configuration.Resilience.StreamIdle, time, context.RequestAborted)
                : tape.PlayAsync(response.BodyWriter, context.RequestAborted));
            if (StreamCost.IsAsked(context.Request))
            {
                await StreamCost.TellAsync(context, isJoined ? "0" : gateway.Charges.Cost(stream.Record)?.ToExactString() ?? "unpriced");
            }

            return;
        }

        if (served.Fault == AttemptFault.None)
        {
            response.Headers["x-farthing-cost-usd"] = gateway.Charges.Cost(served.Record)?.ToExactString() ?? "unpriced";
        }

        response.ContentType = "application/json";
        response.ContentLength = served.Body.Length;
        await response.Body.WriteAsync(served.Body, context.RequestAborted);
    }

    private static async Task WriteAsync(HttpContext context, WireShape shape, GatewayError error)
    {
        if (context.Response.HasStarted)
        {
            context.Abort();
            return;
        }

        byte[] body = error.Body(shape);
        context.Response.StatusCode = error.Status;
        context.Response.ContentType = "application/json";
        context.Response.ContentLength = body.Length;
        if (error.IsFinal)
        {
            // The SDKs of OpenAI and Anthropic heed it.
            context.Response.Headers["x-should-retry"] = "false";
        }

        if (error.RetryAfterSeconds is { } seconds)
        {
            context.Response.Headers.RetryAfter = seconds.ToString(CultureInfo.InvariantCulture);
        }

        await context.Response.Body.WriteAsync(body, context.RequestAborted);
    }

    /// <summary>A header holds ASCII without control characters.</summary>
    internal static string Printable(string text) =>
        text.All(static c => c is >= ' ' and <= '~') ? text : string.Concat(text.Select(static c => c is >= ' ' and <= '~' ? c : '?'));

    private void Tell(GatewayCall call, CallResult result, int status, TimeSpan took)
    {
        if (!log.IsEnabled(LogLevel.Information))
        {
            return;
        }

        string served = result.Served is { } last ? $"{last.Record.Provider}/{last.Record.Model}" : result.Cache.Hit is not null ? "the cache" : "nobody";
        LogCall(call.RequestId, call.Client, served, result.Attempts, result.IsCancelled ? 499 : status, took.TotalMilliseconds);
    }

    [LoggerMessage(Level = LogLevel.Information, Message = "{Id} client '{Client}' answered by {Served} after {Attempts} attempt(s): {Status} in {Milliseconds:0.0} ms")]
    private partial void LogCall(string id, string client, string served, int attempts, int status, double milliseconds);

    [LoggerMessage(Level = LogLevel.Error, Message = "{Id} {Reason}")]
    private partial void LogUnbooked(string id, string reason);

    [LoggerMessage(Level = LogLevel.Information, Message = "{Id} refused: {Status} {Code}")]
    private partial void LogRefused(string id, int status, string code);
}
