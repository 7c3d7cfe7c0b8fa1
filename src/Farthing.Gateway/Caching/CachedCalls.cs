using Farthing.Gateway.Booking;
using Farthing.Gateway.Calls;
using Farthing.Gateway.Configuration;
using Farthing.Gateway.Fallbacks;
using Farthing.Gateway.Providers;
using Microsoft.Extensions.Logging;

namespace Farthing.Gateway.Caching;

/// <summary>
/// Makes calls through the caches. Steps: 1. what the request is; 2. the exact cache, in memory; 3. equal calls under way are joined;
/// else 4. the exact cache's store, 5. the semantic cache, 6. the call; 7. a whole and normal answer is kept; 8. a hit is written
/// down as what it avoided.
/// </summary>
public sealed partial class CachedCalls
{
    // A call that was joined and failed is joined once more at most: equal calls must not fail one after the other.
    private const int MaxJoins = 2;

    private readonly CallRunner _calls;
    private readonly AnswerCache? _answers;
    private readonly SemanticCacheOptions _options;
    private readonly SemanticLookup? _semantic;
    private readonly AnswerRecording? _recording;
    private readonly HitBooking _booking;
    private readonly Dictionary<string, string> _places;
    private readonly string _embedder;
    private readonly SingleFlight _flights = new();
    private readonly ILogger _log;

    /// <summary>Puts a configuration's caches in force.</summary>
    /// <param name="configuration">The configuration.</param>
    /// <param name="calls">Makes calls.</param>
    /// <param name="journal">Where hits are written down.</param>
    /// <param name="means">What the process has for them; null for no caches.</param>
    /// <param name="time">The clock.</param>
    /// <param name="log">Never hears a text unless the configuration asks for it.</param>
    public CachedCalls(GatewayConfiguration configuration, CallRunner calls, AttemptJournal journal, CacheMeans? means, TimeProvider time, ILogger<CachedCalls> log)
    {
        ArgumentNullException.ThrowIfNull(configuration);
        (_calls, _log, _options) = (calls, log, configuration.SemanticCache);
        _booking = new HitBooking(journal, time, log);
        Counts = new CacheCounts(means?.Answers.Tally);
        _places = configuration.Providers.ToDictionary(static provider => provider.Name, static provider => provider.BaseUrl.ToString(), StringComparer.Ordinal);
        var embedder = _options.Embedder is { } target ? new ProviderEmbedder(calls, target) : means?.Embedder;
        _embedder = embedder?.Name ?? "";
        if (!_options.Enabled || means is null)
        {
            return;
        }

        _answers = means.Answers;
        _recording = new AnswerRecording(configuration, means.Answers, time, log);
        _semantic = _options.Semantic && embedder is not null && means.Guards is { } guards
            ? new SemanticLookup(_options, means.Answers, embedder, guards, Counts, time, log)
            : null;
    }

    /// <summary>How often the caches did what.</summary>
    public CacheCounts Counts { get; }

    /// <summary>How many calls are under way that others may join.</summary>
    internal int UnderWay => _flights.Count;

    /// <summary>How many clients wait for them.</summary>
    internal int Waiting => _flights.Waiting;

    /// <summary>Makes a call, or serves what is kept.</summary>
    /// <param name="call">The call.</param>
    /// <param name="client">Cancelled when the client goes away.</param>
    /// <exception cref="BookingException">An attempt can't be written down, so none is made any more.</exception>
    /// <exception cref="OperationCanceledException">The client went away.</exception>
    public Task<CallResult> RunAsync(GatewayCall call, CancellationToken client)
    {
        ArgumentNullException.ThrowIfNull(call);
        return _answers is not null && Settle(call.Cache) is { IsOff: false } wanted && RequestIdentity.Of(call, wanted.Name, PlaceOf, _embedder) is { } identity
            ? RunAsync(call, identity, wanted, client)
            : _calls.RunAsync(call, client);
    }

    private async Task<CallResult> RunAsync(GatewayCall call, RequestIdentity identity, CacheOrder wanted, CancellationToken client)
    {
        if (wanted.ReadsExact && !_options.Shadow && _answers!.InMemory(identity.Exact) is { } near)
        {
            return Hit(call, near, new CacheOutcome(CacheWord.Exact));
        }

        for (var joins = 0; ; joins++)
        {
            FlightKey? key = wanted.ReadsExact && !_options.Shadow && joins < MaxJoins ? new FlightKey(identity.Exact, wanted) : null;
            var (flight, isLeader) = _flights.Join(key, begun => FlyAsync(call, identity, wanted, key, begun));
            if (await ShareAsync(call, key, flight, isLeader, client) is { } result)
            {
                return result;
            }
        }
    }

    /// <summary>Waits for a call; null when it failed and was another client's.</summary>
    private async Task<CallResult?> ShareAsync(GatewayCall call, FlightKey? key, Flight flight, bool isLeader, CancellationToken client)
    {
        CallResult result;
        try
        {
            result = await flight.Result.WaitAsync(client);
        }
        catch (BookingException) when (!isLeader)
        {
            _flights.Leave(key, flight);
            return null;
        }
        catch
        {
            _flights.Leave(key, flight);
            throw;
        }

        if (result.Cache.Recording is { } tape)
        {
            var outcome = isLeader ? result.Cache : result.Cache with { Word = CacheWord.Exact };
            Counts.Add(outcome.Word);
            var play = new TapePlay(tape, () => _flights.Leave(key, flight), isLeader ? null : answer => _booking.Write(call, answer, outcome));
            return result with { Attempts = isLeader ? result.Attempts : 0, Cache = outcome with { Tape = play } };
        }

        _flights.Leave(key, flight);
        if (result.Cache.Hit is { } hit)
        {
            return Hit(call, hit, result.Cache);
        }

        if (isLeader)
        {
            Counts.Add(result.Cache.Word);
            return result;
        }

        return result switch
        {
            { Error: null, Served: { Fault: AttemptFault.None } served } => Hit(call, _recording!.Answer(call, key!.Value.Request, served), new CacheOutcome(CacheWord.Exact)),

            // What the client's own request was refused for is the same for both.
            { Error: null, Served.Fault: AttemptFault.Rejected } => result with { Attempts = 0 },
            _ => null,
        };
    }

    private async Task<CallResult> FlyAsync(GatewayCall call, RequestIdentity identity, CacheOrder order, FlightKey? key, Flight flight)
    {
        // An embedding or a file's answer takes milliseconds, which the thread that reads the sockets does not have.
        await Task.Yield();
        var isRecorded = false;
        try
        {
            var (found, vector, isEmbedded) = await LookAsync(call, identity, order, flight.Stop);
            if (found.Hit is not null && !_options.Shadow)
            {
                return new CallResult(0, null) { Cache = found };
            }

            if (found.Hit is not null)
            {
                LogShadow(call.RequestId, found.Word, found.Similarity ?? 1, found.Hit.Origin.RequestId);
                found = found with { Word = CacheWord.Shadow, Hit = null };
            }

            var result = await _calls.RunAsync(call, flight.Stop) with { Cache = found };
            if (result is not { Error: null, Served: { Fault: AttemptFault.None } served })
            {
                return result;
            }

            AnswerMeaning? meaning = null;
            if (order is { Stores: true, StoresSemantic: true } && _semantic is not null)
            {
                // What the look-up tried in vain is not tried again: the answer is there, and its client waits for it.
                vector ??= isEmbedded ? null : await EmbedAsync(call, identity, served, flight.Stop);
                meaning = vector is null ? null : new AnswerMeaning(identity.Scope, identity.Text!, vector);
            }

            var keeping = new AnswerKeeping(call, identity.Exact, order, meaning);
            if (served.Stream is { } relay)
            {
                isRecorded = true;
                return result with { Cache = found with { Recording = _recording!.Record(keeping, served, relay, () => _flights.End(key, flight), flight.Stop) } };
            }

            _recording!.Keep(keeping, served);
            return result;
        }
        finally
        {
            if (!isRecorded)
            {
                _flights.End(key, flight);
            }
        }
    }

    /// <summary>Embeds the text beside a stream that has begun, and ends the stream where the call fails over it: nobody else has it yet.</summary>
    private async ValueTask<TextVector?> EmbedAsync(GatewayCall call, RequestIdentity identity, AttemptResult served, CancellationToken stop)
    {
        try
        {
            return await _semantic!.EmbedAsync(call, identity, stop);
        }
        catch
        {
            served.Stream?.Dispose();
            throw;
        }
    }

    /// <summary>Asks the caches.</summary>
    /// <returns>What they say; the embedding of the text, null for none; whether it was tried.</returns>
    private async ValueTask<(CacheOutcome Outcome, TextVector? Vector, bool IsEmbedded)> LookAsync(GatewayCall call, RequestIdentity identity, CacheOrder order, CancellationToken stop)
    {
        if (order.ReadsExact && await _answers!.FindAsync(identity.Exact) is { } exact)
        {
            return (new CacheOutcome(CacheWord.Exact) { Hit = exact }, null, false);
        }

        var miss = new CacheOutcome(CacheWord.Miss);
        if (!order.ReadsSemantic || _semantic is null)
        {
            return (miss, null, false);
        }

        if (await _semantic.EmbedAsync(call, identity, stop) is not { } vector)
        {
            return (miss, null, true);
        }

        var (answer, similarity) = await _semantic.FindAsync(call, identity, vector, order);
        return (answer is null ? miss with { Similarity = similarity } : new CacheOutcome(CacheWord.Semantic) { Hit = answer, Similarity = similarity }, vector, true);
    }

    private CallResult Hit(GatewayCall call, CachedAnswer answer, CacheOutcome outcome)
    {
        Counts.Add(outcome.Word);
        _booking.Write(call, answer, outcome);
        return new CallResult(0, null) { Cache = outcome with { Hit = answer } };
    }

    /// <summary>What the client wants, of what is configured.</summary>
    private CacheOrder Settle(CacheOrder order) => order with
    {
        ReadsExact = order.ReadsExact && _options.Exact,
        ReadsSemantic = order.ReadsSemantic && _semantic is not null,
        StoresSemantic = order.StoresSemantic && _semantic is not null,
        Stores = order.Stores && (_options.Exact || (order.StoresSemantic && _semantic is not null)),
    };

    private string PlaceOf(ModelTarget target) => _places.GetValueOrDefault(target.Provider, "");

    [LoggerMessage(Level = LogLevel.Information, Message = "{Id} would have been served from the cache: {Kind}, similarity {Similarity:0.0000}, the answer to {Origin}")]
    private partial void LogShadow(string id, CacheWord kind, double similarity, string origin);
}
