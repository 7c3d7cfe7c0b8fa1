using System.Globalization;
using System.Net;
using System.Net.Http.Headers;
using System.Text;
using Farthing.Gateway.Configuration;
using Farthing.Gateway.Fallbacks;
using Farthing.Ledger.Alarms;
using Farthing.Ledger.Storage;
using Polly;
using Polly.Timeout;

namespace Farthing.Alarms;

/// <summary>What a round of sending came to.</summary>
/// <param name="Delivered">Messages that the receiver took.</param>
/// <param name="Failures">What became of the others, a sentence each.</param>
internal sealed record WebhookRound(int Delivered, IReadOnlyList<string> Failures);

/// <summary>
/// Sends what is due of the outbox to the one address of the configuration. Rests between tries double, with jitter, and are kept in the outbox, so
/// that they outlive the process; within a try Polly bounds the time.
/// </summary>
internal sealed class WebhookSender : IDisposable
{
    // Beyond a try's own time: what it takes to write its result down.
    private static readonly TimeSpan Margin = TimeSpan.FromSeconds(30);

    private readonly WebhookOptions _options;
    private readonly Outbox _outbox;
    private readonly TimeProvider _time;
    private readonly Func<double> _random;
    private readonly HttpMessageInvoker _connections;
    private readonly ResiliencePipeline _bounded;

    /// <summary>Makes a sender.</summary>
    /// <param name="options">The receiver, with its secret.</param>
    /// <param name="outbox">The messages.</param>
    /// <param name="time">The clock.</param>
    /// <param name="random">Numbers from 0 up to and without 1.</param>
    public WebhookSender(WebhookOptions options, Outbox outbox, TimeProvider time, Func<double> random)
    {
        (_options, _outbox, _time, _random) = (options, outbox, time, random);
        _connections = Connections.Create(options.Timeout, options.AllowLinkLocal);
        _bounded = new ResiliencePipelineBuilder { TimeProvider = time }.AddTimeout(options.Timeout).Build();
    }

    /// <summary>The receiver that it sends to.</summary>
    public WebhookOptions Options => _options;

    /// <summary>Sends until nothing is due.</summary>
    /// <exception cref="LedgerException">The outbox can't be read or written.</exception>
    public async Task<WebhookRound> SendDueAsync(CancellationToken stop)
    {
        int delivered = 0;
        List<string> failures = [];
        while (!stop.IsCancellationRequested && _outbox.Claim(_options.Timeout + Margin, _options.Attempts) is { } claim)
        {
            OutboxResult result = await SendAsync(claim, stop);
            _outbox.Finish(claim, result);
            if (result.IsDelivered)
            {
                delivered++;
            }
            else
            {
                failures.Add($"{claim.Id}, try {claim.Try.ToString(CultureInfo.InvariantCulture)}: {result.Detail}{(result.Next is null ? "; it is dead" : "")}");
            }
        }

        return new WebhookRound(delivered, failures);
    }

    /// <inheritdoc/>
    public void Dispose() => _connections.Dispose();

    private async Task<OutboxResult> SendAsync(OutboxClaim claim, CancellationToken stop)
    {
        try
        {
            using HttpResponseMessage response = await _bounded.ExecuteAsync(
                async bounded =>
                {
                    using HttpRequestMessage request = Request(claim);
                    return await _connections.SendAsync(request, bounded);
                },
                stop);
            return Result(claim, response);
        }
        catch (HttpRequestException error)
        {
            return Failed(claim, 0, WebhookFault.Of(error), null);
        }
        catch (OperationCanceledException) when (stop.IsCancellationRequested)
        {
            // Whoever is started next sends it at once.
            return new OutboxResult(0, "the process was stopped while it was sent") { Next = _time.GetUtcNow() };
        }
        catch (Exception error) when (error is TimeoutRejectedException or OperationCanceledException)
        {
            // Connecting has a timer of its own, which may be the first to run out, and says so by a cancellation.
            return Failed(claim, 0, string.Create(CultureInfo.InvariantCulture, $"no answer within {_options.Timeout.TotalSeconds} s"), null);
        }
    }

    private HttpRequestMessage Request(OutboxClaim claim)
    {
        string timestamp = WebhookSignature.Timestamp(_time.GetUtcNow());
        var request = new HttpRequestMessage(HttpMethod.Post, _options.Url) { Content = new StringContent(claim.Body, Encoding.UTF8, new MediaTypeHeaderValue("application/json")) };
        request.Headers.Add(WebhookSignature.IdHeader, claim.Id);
        request.Headers.Add(WebhookSignature.TimestampHeader, timestamp);
        request.Headers.Add(WebhookSignature.Header, WebhookSignature.Sign(_options.Secret!, claim.Id, timestamp, claim.Body));
        request.Headers.Add("user-agent", "farthing");
        return request;
    }

    private OutboxResult Result(OutboxClaim claim, HttpResponseMessage response)
    {
        int status = (int)response.StatusCode;
        string said = string.Create(CultureInfo.InvariantCulture, $"HTTP {status}");
        return status switch
        {
            >= 200 and < 300 => new OutboxResult(status, said) { IsDelivered = true },
            (int)HttpStatusCode.Gone => new OutboxResult(status, said + ": the receiver wants no more of it"),
            >= 300 and < 400 => Failed(claim, status, said + ", and redirects are not followed", null),
            _ => Failed(claim, status, said, response.Headers.RetryAfter),
        };
    }

    private OutboxResult Failed(OutboxClaim claim, int status, string detail, RetryConditionHeaderValue? after)
    {
        if (claim.Try >= _options.Attempts)
        {
            return new OutboxResult(status, detail);
        }

        DateTimeOffset now = _time.GetUtcNow();
        TimeSpan rest = Rest(claim.Try);
        TimeSpan asked = after?.Delta ?? after?.Date - now ?? TimeSpan.Zero;
        return new OutboxResult(status, detail) { Next = now + (asked > rest ? TimeSpan.FromTicks(Math.Min(asked.Ticks, _options.LongestRetry.Ticks)) : rest) };
    }

    /// <summary>The rest after so many tries: doubled by each, between a half and the whole of that.</summary>
    private TimeSpan Rest(int tries)
    {
        double whole = Math.Min(_options.LongestRetry.TotalSeconds, _options.FirstRetry.TotalSeconds * Math.Pow(2, tries - 1));
        return TimeSpan.FromSeconds(whole * (0.5 + (_random() / 2)));
    }
}
