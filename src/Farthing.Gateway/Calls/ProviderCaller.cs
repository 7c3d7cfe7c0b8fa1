using System.Collections.Frozen;
using System.Runtime.CompilerServices;
using Farthing.Gateway.Booking;
using Farthing.Gateway.Configuration;
using Farthing.Gateway.Fallbacks;
using Farthing.Gateway.Wire;

namespace Farthing.Gateway.Calls;

/// <summary>Makes one attempt at one provider: sends, reads up to the answer or the first token, and books it.</summary>
/// <param name="configuration">Deadlines and limits.</param>
/// <param name="journal">Where attempts are written down.</param>
/// <param name="time">The clock.</param>
public sealed class ProviderCaller(GatewayConfiguration configuration, AttemptJournal journal, TimeProvider time)
{
    /// <summary>The longest error of a provider that is read.</summary>
    internal const int MaxErrorBytes = 256 * 1024;

    private static readonly FrozenSet<string> PassedHeaders = FrozenSet.Create(
        StringComparer.OrdinalIgnoreCase,
        "retry-after", "retry-after-ms", "x-should-retry", "x-request-id", "request-id", "openai-processing-ms", "openai-version", "openai-model");

    /// <summary>Makes one attempt. It never throws for what a provider or the network does.</summary>
    /// <param name="plan">What is sent, and as what it is booked.</param>
    /// <param name="stop">Cancelled at the call's deadline, or when the client goes away.</param>
    /// <exception cref="BookingException">The attempt can't be written down, so it was not made.</exception>
    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))]
    public async ValueTask<AttemptResult> CallAsync(AttemptPlan plan, CancellationToken stop)
    {
        ArgumentNullException.ThrowIfNull(plan);
        var attempt = OpenAttempt.Start(plan.Record(time.GetUtcNow()), journal, time, plan.Body, plan.Shape, plan.Watch, plan.SearchesOnce);
        using var either = new CancellationTokenSource(configuration.Resilience.Attempt, time);
        await using var stopped = stop.UnsafeRegister(static source => ((CancellationTokenSource)source!).Cancel(), either);
        HttpResponseMessage? response = null;
        var prompt = new PromptContent(plan.Body);
        try
        {
            response = await plan.Link.Http.SendAsync(Request(plan, prompt), either.Token);
            var status = (int)response.StatusCode;
            var fault = AttemptFaults.OfStatus(status);
            var result = new AttemptResult(fault, attempt.Record) { Status = status, Headers = Passed(plan, response, time.GetUtcNow()) };
            if (fault != AttemptFault.None)
            {
                return Refused(plan, attempt, result, response, await ReadAsync(response, MaxErrorBytes, either.Token));
            }

            return IsEvents(response)
                ? await StreamAsync(plan, attempt, result, response, either.Token)
                : await AnswerAsync(plan, attempt, result, response, either.Token);
        }
        catch (Exception error) when (error is HttpRequestException or IOException or OperationCanceledException or InvalidDataException)
        {
            var fault = plan.Client.IsCancellationRequested ? AttemptFault.Cancelled
                : error is OperationCanceledException ? AttemptFault.TimedOut
                : error is InvalidDataException ? AttemptFault.Broken
                : AttemptFault.Unreachable;
            var status = response is null ? 0 : (int)response.StatusCode;

            // With a good status, or none to a prompt that it has, the provider has begun to work, and bills it.
            var isBilled = response is null ? prompt.IsSent && !IsOfConnecting(error) : status is >= 200 and < 300;
            var record = isBilled ? attempt.Stream(fault, status, new StreamReading(plan.Shape)) : attempt.Fail(fault, status);
            response?.Dispose();
            return new AttemptResult(fault, record) { Status = status };
        }
    }

    private AttemptResult Refused(AttemptPlan plan, OpenAttempt attempt, AttemptResult result, HttpResponseMessage response, byte[] error) =>
        ProviderRefusal.Of(plan, result, response, time.GetUtcNow(), result.Status, error, fault => attempt.Fail(fault, result.Status));

    private static bool IsEvents(HttpResponseMessage response) =>
        string.Equals(response.Content.Headers.ContentType?.MediaType, "text/event-stream", StringComparison.OrdinalIgnoreCase);

    /// <summary>A connection may also fail that is made anew after a first one took the prompt and was gone.</summary>
    private static bool IsOfConnecting(Exception error) => error is HttpRequestException
    {
        HttpRequestError: HttpRequestError.ConnectionError or HttpRequestError.NameResolutionError or HttpRequestError.SecureConnectionError or HttpRequestError.ProxyTunnelError,
    };

    private static HttpRequestMessage Request(AttemptPlan plan, PromptContent prompt)
    {
        var request = new HttpRequestMessage(HttpMethod.Post, plan.Link.UrlOf(plan.Shape)) { Content = prompt };
        request.Content.Headers.TryAddWithoutValidation("Content-Type", "application/json");
        foreach (var (name, value) in plan.Headers)
        {
            request.Headers.TryAddWithoutValidation(name, value);
        }

        plan.Link.Sign(request, plan.Key);
        return request;
    }

    private static List<(string, string)> Passed(AttemptPlan plan, HttpResponseMessage response, DateTimeOffset now)
    {
        List<(string, string)> passed = [];
        if (plan.Bridged is { Dropped.Count: > 0 } bridged)
        {
            passed.Add(("x-farthing-dropped", DroppedHeader(bridged.Dropped)));
        }

        foreach (var (name, values) in response.Headers.NonValidated)
        {
            if (PassedHeaders.Contains(name)
                || name.StartsWith("x-ratelimit-", StringComparison.OrdinalIgnoreCase)
                || name.StartsWith("anthropic-ratelimit-", StringComparison.OrdinalIgnoreCase))
            {
                // The server sends ASCII only, and refuses anything else when the call is paid for already.
                var value = values.ToString();
                if (value.All(static c => c is >= ' ' and <= '~') && RetryAfter.IsSane(name, value, now))
                {
                    passed.Add((name, value));
                }
            }
        }

        return passed;
    }

    /// <summary>The names are the client's own words, so what no header can hold is left out, and so is what makes it long.</summary>
    private static string DroppedHeader(IReadOnlyList<string> names)
    {
        const int Longest = 1_000;
        var text = string.Join(", ", names.Select(static name => string.Concat(name.Where(static c => c is > ' ' and <= '~' and not ','))).Where(static name => name.Length > 0));
        return text.Length <= Longest ? text : text[..Longest];
    }

    private async ValueTask<AttemptResult> StreamAsync(
        AttemptPlan plan, OpenAttempt attempt, AttemptResult result, HttpResponseMessage response, CancellationToken stop)
    {
        var source = await response.Content.ReadAsStreamAsync(stop);
        var stream = new StreamRelay(response, source, attempt, plan.ClientShape, plan.Shape, plan.Bridged, plan.HidesUsage);
        var fault = AttemptFault.Broken;
        try
        {
            // A stream that nobody asked for is no answer to who reads one body of JSON.
            if (await stream.BeginAsync(stop) && plan.Call.Request.Stream)
            {
                return result with { Stream = stream };
            }
        }
        catch (Exception error) when (error is IOException or HttpRequestException or InvalidDataException or OperationCanceledException)
        {
            fault = plan.Client.IsCancellationRequested ? AttemptFault.Cancelled
                : error is OperationCanceledException ? AttemptFault.TimedOut
                : AttemptFault.Broken;
        }

        using (stream)
        {
            return stream.Error is { } told && fault == AttemptFault.Broken
                ? ProviderRefusal.Of(plan, result, response, time.GetUtcNow(), told, stream.Abandon)
                : result with { Fault = fault, Record = stream.Abandon(fault) };
        }
    }

    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))]
    private async ValueTask<AttemptResult> AnswerAsync(
        AttemptPlan plan, OpenAttempt attempt, AttemptResult result, HttpResponseMessage response, CancellationToken stop)
    {
        var body = await ReadAsync(response, configuration.Server.MaxAnswerMiB * 1024 * 1024, stop);
        return WholeAnswer.Of(plan, attempt, result, response, time.GetUtcNow(), body);
    }

    /// <exception cref="InvalidDataException">It is longer than the limit.</exception>
    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))]
    private static async ValueTask<byte[]> ReadAsync(HttpResponseMessage response, int limit, CancellationToken stop)
    {
        using (response)
        {
            if (response.Content.Headers.ContentLength > limit)
            {
                throw new InvalidDataException($"the answer is longer than {limit} bytes.");
            }

            await using var source = await response.Content.ReadAsStreamAsync(stop);
            var buffer = new byte[Math.Max(response.Content.Headers.ContentLength ?? 4096, 1)];
            var length = 0;
            while (await source.ReadAsync(buffer.AsMemory(length), stop) is > 0 and var count)
            {
                length += count;
                if (length == buffer.Length && length > limit)
                {
                    throw new InvalidDataException($"the answer is longer than {limit} bytes.");
                }

                if (length == buffer.Length && length != response.Content.Headers.ContentLength)
                {
                    Array.Resize(ref buffer, buffer.Length * 2);
                }
                else if (length == buffer.Length)
                {
                    break;
                }
            }

            return length == buffer.Length ? buffer : buffer[..length];
        }
    }
}
