using System.Buffers;
using System.IO.Pipelines;
using Farthing.Gateway.Fallbacks;
using Farthing.Gateway.Providers;
using Farthing.Gateway.Wire;

namespace Farthing.Gateway.Calls;

/// <summary>
/// A provider's stream. Nothing is given to the client before its first token, so that until then another target can take over;
/// after that it is passed on event by event, and where it breaks the client is told.
/// </summary>
public sealed class StreamRelay : IDisposable
{
    private const int ReadBytes = 16 * 1024;
    private const EventKinds Faults = EventKinds.Error | EventKinds.Failed | EventKinds.Malformed;
    private readonly HttpResponseMessage _response;
    private readonly Stream _source;
    private readonly WireShape _client;
    private readonly IBridgedAttempt? _bridge;
    private readonly bool _hidesUsage;
    private readonly ArrayBufferWriter<byte> _held = new();
    private readonly SseFramer _framer = new();
    private readonly StreamReading _reading;
    private readonly OpenAttempt _attempt;

    /// <summary>Takes over a response.</summary>
    /// <param name="response">The provider's response, whose headers are there.</param>
    /// <param name="source">Its body.</param>
    /// <param name="attempt">The attempt that it belongs to.</param>
    /// <param name="client">The client's shape.</param>
    /// <param name="provider">The shape that the provider streams in.</param>
    /// <param name="bridge">Turns events into the client's shape; null where they pass as they are.</param>
    /// <param name="hidesUsage">Whether the event that reports usage is kept from the client, who did not ask for it.</param>
    public StreamRelay(
        HttpResponseMessage response, Stream source, OpenAttempt attempt, WireShape client, WireShape provider, IBridgedAttempt? bridge, bool hidesUsage)
    {
        (_response, _source, _attempt, _client, _bridge, _hidesUsage) = (response, source, attempt, client, bridge, hidesUsage);
        _reading = new StreamReading(provider);
        if (bridge is not null)
        {
            bridge.Uncounted = () => _attempt.Count(_reading, isWhole: true) is (var tokens, true) ? tokens : null;
        }
    }

    /// <summary>The attempt as it is booked so far.</summary>
    public Booking.AttemptRecord Record => _attempt.Record;

    /// <summary>What the provider said of its failure; null where it told of none.</summary>
    public ToldError? Error => _reading.Error;

    /// <summary>Whether the provider says of a stream that is over that its answer ended by itself.</summary>
    public bool EndedByItself => _reading.Finish == AnswerFinish.Whole;

    /// <summary>Reads up to the first token.</summary>
    /// <returns>Whether it came; else the stream ended, broke or failed before it, and nothing of it was given away.</returns>
    public async ValueTask<bool> BeginAsync(CancellationToken cancellationToken)
    {
        while (true)
        {
            while (_framer.TryRead(out var found))
            {
                var kinds = Take(found, _held);
                if ((kinds & Faults) != 0)
                {
                    return false;
                }

                // An end without a token is the end of nothing.
                if ((kinds & (EventKinds.Token | EventKinds.End)) != 0)
                {
                    return (kinds & EventKinds.Token) != 0;
                }
            }

            if (await ReadAsync(cancellationToken) == 0)
            {
                return false;
            }
        }
    }

    /// <summary>Ends the attempt of a stream that did not begin. Where it is an error without a count, nothing was made that is billed.</summary>
    public Booking.AttemptRecord Abandon(AttemptFault fault) => Error is not null && _reading.Text.IsEmpty && !_reading.Usage.HasInput
        ? _attempt.Fail(fault, (int)_response.StatusCode)
        : _attempt.Stream(fault, (int)_response.StatusCode, _reading);

    /// <summary>
    /// Passes the stream on. Steps: 1. what was held back, 2. what comes, a flush for each arrival, 3. the attempt is booked before
    /// its last bytes are flushed, 4. where it broke, an event that says so.
    /// </summary>
    /// <param name="to">The client.</param>
    /// <param name="idle">The longest silence.</param>
    /// <param name="time">The clock.</param>
    /// <param name="client">Cancelled when the client goes away.</param>
    /// <returns>What ended it.</returns>
    public async Task<AttemptFault> RelayAsync(PipeWriter to, TimeSpan idle, TimeProvider time, CancellationToken client)
    {
        ArgumentNullException.ThrowIfNull(to);
        var fault = AttemptFault.Cancelled;
        try
        {
            to.Write(_held.WrittenSpan);
            fault = await PassOnAsync(to, idle, time, client);
            if (fault == AttemptFault.None && _bridge is not null)
            {
                to.Write(_bridge.Finish().Span);
                fault = _bridge.IsBroken ? AttemptFault.BrokenStream : fault;
            }

            _attempt.Stream(fault, (int)_response.StatusCode, _reading);
            if (fault is not (AttemptFault.None or AttemptFault.Cancelled) && (_reading.Seen & EventKinds.Error) == 0)
            {
                var broken = Broken(fault);
                to.Write(_bridge is null ? broken.Event(_client) : _bridge.Break(broken.Code, broken.Message).Span);
            }

            await to.FlushAsync(client);
        }
        catch (OperationCanceledException) when (client.IsCancellationRequested)
        {
            // The client is gone; there is nobody to tell.
        }
        finally
        {
            _attempt.Stream(fault, (int)_response.StatusCode, _reading);
            Dispose();
        }

        return fault;
    }

    /// <summary>Lets the response go, which ends its connection if it is not read to its end. An attempt that is still open is cancelled.</summary>
    public void Dispose()
    {
        _response.Dispose();
        _attempt.Stream(AttemptFault.Cancelled, (int)_response.StatusCode, _reading);
    }

    private static GatewayError Broken(AttemptFault fault) => new(502, "stream_interrupted", fault == AttemptFault.TimedOut
        ? "The provider fell silent in the middle of this stream. What came so far is not the whole answer."
        : "The provider's stream broke off. What came so far is not the whole answer.");

    private async ValueTask<AttemptFault> PassOnAsync(PipeWriter to, TimeSpan idle, TimeProvider time, CancellationToken client)
    {
        var seen = _reading.Seen;
        using var silence = new CancellationTokenSource(Timeout.InfiniteTimeSpan, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(client, silence.Token);
        while (true)
        {
            while (_framer.TryRead(out var found))
            {
                seen |= Take(found, to);
                if ((seen & Faults) != 0)
                {
                    // What follows, such as a [DONE], would say that all was well.
                    return AttemptFault.BrokenStream;
                }
            }

            if ((seen & EventKinds.End) != 0)
            {
                _attempt.Stream(AttemptFault.None, (int)_response.StatusCode, _reading);
            }

            var flushed = await to.FlushAsync(client);
            if (flushed.IsCompleted || client.IsCancellationRequested)
            {
                return _reading.IsWhole && (seen & EventKinds.End) != 0 ? AttemptFault.None : AttemptFault.Cancelled;
            }

            try
            {
                silence.CancelAfter(idle);
                var count = await ReadAsync(either.Token);

                // A client that is slow to take it is not the provider's silence.
                silence.CancelAfter(Timeout.InfiniteTimeSpan);
                if (count == 0)
                {
                    return _reading.IsWhole ? AttemptFault.None : AttemptFault.BrokenStream;
                }
            }
            catch (Exception error) when (error is IOException or HttpRequestException or InvalidDataException or OperationCanceledException)
            {
                return client.IsCancellationRequested ? AttemptFault.Cancelled
                    : (seen & EventKinds.End) != 0 ? AttemptFault.None
                    : silence.IsCancellationRequested ? AttemptFault.TimedOut
                    : AttemptFault.BrokenStream;
            }
        }
    }

    /// <summary>Follows one event and writes what the client gets of it.</summary>
    private EventKinds Take(SseEvent found, IBufferWriter<byte> to)
    {
        var kinds = _reading.Observe(found.Data.Span);
        if ((kinds & EventKinds.Malformed) != 0)
        {
            return kinds;
        }

        if (_bridge is not null)
        {
            to.Write(_bridge.ConvertEvent(found.Data).Span);

            // What the translator can't make an answer of is as bad as what is no JSON.
            kinds |= _bridge.IsBroken && (kinds & EventKinds.Error) == 0 ? EventKinds.Malformed : EventKinds.None;
        }
        else if (!_hidesUsage || (kinds & EventKinds.UsageOnly) == 0)
        {
            to.Write(found.Raw.Span);
        }

        return kinds;
    }

    private async ValueTask<int> ReadAsync(CancellationToken cancellationToken)
    {
        var buffer = ArrayPool<byte>.Shared.Rent(ReadBytes);
        try
        {
            var count = await _source.ReadAsync(buffer, cancellationToken);
            _framer.Add(buffer.AsSpan(0, count));
            return count;
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }
}
