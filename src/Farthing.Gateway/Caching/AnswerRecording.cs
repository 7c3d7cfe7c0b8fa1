using Farthing.Gateway.Booking;
using Farthing.Gateway.Calls;
using Farthing.Gateway.Configuration;
using Farthing.Gateway.Fallbacks;
using Farthing.Gateway.Providers;
using Microsoft.Extensions.Logging;

namespace Farthing.Gateway.Caching;

/// <summary>How the answer to a call is to be kept.</summary>
internal sealed record AnswerKeeping(GatewayCall Call, CacheKey Key, CacheOrder Order, AnswerMeaning? Meaning);

/// <summary>Keeps answers that are whole, normal and not too long, and records streams for everybody who waits for them.</summary>
internal sealed partial class AnswerRecording(GatewayConfiguration configuration, AnswerCache answers, TimeProvider time, ILogger log)
{
    private readonly SemanticCacheOptions _options = configuration.SemanticCache;

    // The template captioner stands in for providers that are down: its answer costs nothing to make again, and must not outlive their outage.
    private readonly HashSet<string> _standIns =
        [.. configuration.Providers.Where(static provider => provider.Row.Name == ProviderTable.Template).Select(static provider => provider.Name)];

    /// <summary>Keeps an answer that came whole.</summary>
    public void Keep(AnswerKeeping keeping, AttemptResult served)
    {
        // By the provider's own word: a translation has one for every end.
        if (served.IsWhole && IsKept(keeping, served.Record) && served.Body.Length <= _options.MaxAnswerBytes && FinishReading.IsNormal(keeping.Call.Shape, served.Body))
        {
            answers.Save(Answer(keeping.Call, keeping.Key, served, keeping.Order.Ttl) with { Meaning = keeping.Meaning });
        }
    }

    /// <summary>The answer of an attempt.</summary>
    public CachedAnswer Answer(GatewayCall call, CacheKey key, AttemptResult served, TimeSpan? ttl = null) => Answer(call, key, served.Record, served.Body, ttl);

    /// <summary>Records a stream while it comes, and keeps it when it has ended whole.</summary>
    /// <param name="keeping">How.</param>
    /// <param name="served">The attempt that streams.</param>
    /// <param name="relay">Its stream.</param>
    /// <param name="ended">Called when it is over.</param>
    /// <param name="stop">Cancelled when nobody plays it any more.</param>
    public StreamTape Record(AnswerKeeping keeping, AttemptResult served, StreamRelay relay, Action ended, CancellationToken stop)
    {
        var tape = new StreamTape(configuration.Server.MaxAnswerMiB * 1024 * 1024);
        _ = RecordAsync(keeping, served, relay, tape, ended, stop);
        return tape;
    }

    private bool IsKept(AnswerKeeping keeping, AttemptRecord record) => keeping.Order.Stores && !_standIns.Contains(record.Provider);

    private async Task RecordAsync(AnswerKeeping keeping, AttemptResult served, StreamRelay relay, StreamTape tape, Action ended, CancellationToken stop)
    {
        CachedAnswer? answer = null;
        try
        {
            var fault = await relay.RelayAsync(tape, configuration.Resilience.StreamIdle, time, stop);
            if (tape.IsTooLong)
            {
                Tell(tape, keeping, new GatewayError(502, "stream_too_long", $"The stream is longer than {configuration.Server.MaxAnswerMiB} MiB, the gateway's limit (server.max_answer_mb)."));
            }
            else if (fault == AttemptFault.None)
            {
                // The tape's own bytes may be twice as many.
                var bytes = tape.Recorded.ToArray();
                answer = Answer(keeping.Call, keeping.Key, relay.Record, bytes, keeping.Order.Ttl);
                if (relay.EndedByItself && IsKept(keeping, relay.Record) && bytes.Length <= _options.MaxAnswerBytes && FinishReading.IsNormalStream(keeping.Call.Shape, bytes))
                {
                    answers.Save(answer with { Meaning = keeping.Meaning });
                }
            }
        }
        catch (BookingException error)
        {
            LogUnbooked(served.Record.RequestId, error.Message);
            Tell(tape, keeping, new GatewayError(503, "cannot_book", "The gateway can't write down what calls cost. Its log says why."));
        }
        finally
        {
            ended();
            tape.End(answer);
        }
    }

    private static void Tell(StreamTape tape, AnswerKeeping keeping, GatewayError error)
    {
        var text = error.Event(keeping.Call.Shape);
        text.CopyTo(tape.GetSpan(text.Length));
        tape.Advance(text.Length);
    }

    private CachedAnswer Answer(GatewayCall call, CacheKey key, AttemptRecord record, ReadOnlyMemory<byte> body, TimeSpan? ttl)
    {
        var now = time.GetUtcNow();
        return new CachedAnswer(
            key,
            new AnswerOrigin
            {
                Shape = call.Shape,
                Streamed = call.Request.Stream,
                RequestId = record.RequestId,
                Attempt = record.Attempt,
                Provider = record.Provider,
                Model = record.Model,
                Resource = record.Resource,
                CalledIn = record.Shape,
                Tokens = record.Tokens,
                Uses = record.Uses,
                Estimated = record.Estimated,
                At = now,
                Until = now + (ttl ?? _options.Ttl),
            },
            body);
    }

    [LoggerMessage(Level = LogLevel.Error, Message = "{Id} {Reason}")]
    private partial void LogUnbooked(string id, string reason);
}
