using System.Globalization;
using Farthing.Gateway.Configuration;
using Farthing.Ledger.Usage;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace Farthing.Serving.Usage;

/// <summary>Takes usage. Steps: 1. who sends, 2. room for the body, 3. the body, 4. what it says and the ledger, 5. the answer.</summary>
/// <param name="gate">Lets senders in.</param>
/// <param name="queue">The way to the ledger.</param>
/// <param name="wire">How it is written.</param>
/// <param name="options">The limits.</param>
/// <param name="log">Hears what a person should know.</param>
internal sealed partial class UsageEndpoint(UsageGate gate, UsageQueue queue, IUsageWire wire, UsageOptions options, ILogger<UsageEndpoint> log)
{
    // When the queue is full, a commit or two empties it.
    private const int SoonSeconds = 1;
    private const int LaterSeconds = 5;

    /// <summary>Handles a request.</summary>
    public async Task HandleAsync(HttpContext context)
    {
        var (sender, refused) = gate.Admit(context.Request);
        if (sender is null)
        {
            await RefuseAsync(context, refused!.Status, refused.Code, refused.Message, refused.RetryAfterSeconds);
            return;
        }

        if (!gate.TryEnter(context.Request, out long room))
        {
            await RefuseAsync(context, 503, "busy", "Too many bodies are being read. Send it again.", SoonSeconds);
            return;
        }

        try
        {
            await wire.TakeAsync(context, await BoundedBody.ReadAsync(context.Request, options.MaxBodyMiB, context.RequestAborted), sender, PostAsync);
        }
        catch (UsageFormatException fault)
        {
            await RefuseAsync(context, StatusOf(fault), fault.Code, fault.Message, null);
        }
        catch (UsageDelayedException delay)
        {
            await RefuseAsync(context, 503, delay.Code, delay.Message, delay.Seconds);
        }
        catch (BadHttpRequestException bad)
        {
            bool isLarge = bad.StatusCode == StatusCodes.Status413PayloadTooLarge;
            string words = isLarge ? $"The body is far larger than {options.MaxBodyMiB} MiB (usage.max_body_mb). Send it in parts." : bad.StatusCode == StatusCodes.Status408RequestTimeout ? "The body came too slowly. Send it again; nothing of it was booked."
                : "The body ended before its length, or is no HTTP. Send it again; nothing of it was booked.";
            await RefuseAsync(context, bad.StatusCode, isLarge ? "too_large" : "bad_request", words, null);
        }
        catch (OperationCanceledException) when (context.RequestAborted.IsCancellationRequested)
        {
            // The sender went away and will send it again.
        }
        finally
        {
            gate.Leave(room);
        }
    }

    private static int StatusOf(UsageFormatException fault) => fault.Code switch
    {
        "too_large" or "too_many_events" => StatusCodes.Status413PayloadTooLarge,
        "bad_media_type" => StatusCodes.Status415UnsupportedMediaType,
        _ => StatusCodes.Status400BadRequest,
    };

    private async Task<IReadOnlyList<UsageResult>> PostAsync(IReadOnlyList<UsageEvent> events)
    {
        if (events.Count == 0)
        {
            return [];
        }

        if (queue.TryPost(events) is not { } posting)
        {
            throw new UsageDelayedException("busy", $"{queue.Count} events wait to be written (usage.max_queued_events). Send it again; nothing of it was booked.", SoonSeconds);
        }

        try
        {
            return await posting;
        }
        catch (Exception error)
        {
            LogUnbooked(error.Message);
            throw new UsageDelayedException("cannot_book", "The ledger can't be written now; the server's log says why. Send it again: ids make a repeat harmless.", LaterSeconds);
        }
    }

    private Task RefuseAsync(HttpContext context, int status, string code, string message, long? retryAfter)
    {
        if (retryAfter is { } seconds)
        {
            context.Response.Headers.RetryAfter = seconds.ToString(CultureInfo.InvariantCulture);
        }

        return wire.RefuseAsync(context, status, code, message);
    }

    [LoggerMessage(Level = LogLevel.Error, Message = "Usage could not be booked: {Reason}")]
    private partial void LogUnbooked(string reason);
}
