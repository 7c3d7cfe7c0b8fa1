using System.Threading.Channels;
using Farthing.Gateway.Configuration;
using Microsoft.Extensions.Logging;

namespace Farthing.Gateway.Caching;

/// <summary>
/// The answers of a process: the ones used last in memory, all of them in a store, and an index of their meanings. It outlives a
/// change of the configuration. Answers go to the store behind the calls; what does not fit into the queue is not kept there.
/// </summary>
public sealed class AnswerCache : IAsyncDisposable
{
    private const long MaxPending = 64 * 1024 * 1024;
    private const int MaxBatch = 200;
    private static readonly TimeSpan BetweenCounts = TimeSpan.FromSeconds(5);
    private readonly MemoryAnswers _memory;
    private readonly GuardedAnswerStore? _store;
    private readonly Channel<StoredAnswer> _queue = Channel.CreateUnbounded<StoredAnswer>(new UnboundedChannelOptions { SingleReader = true });
    private readonly CancellationTokenSource _stop = new();
    private readonly TimeProvider _time;
    private readonly Task _writing;
    private readonly Task _counting;
    private long _pending;

    /// <summary>Begins with what the store has.</summary>
    /// <param name="options">Limits.</param>
    /// <param name="store">Where answers outlive the process; null for nowhere.</param>
    /// <param name="time">The clock.</param>
    /// <param name="log">Hears of faults.</param>
    public AnswerCache(SemanticCacheOptions options, IAnswerStore? store, TimeProvider time, ILogger<AnswerCache> log)
    {
        ArgumentNullException.ThrowIfNull(options);
        _memory = new MemoryAnswers(options.MaxMemoryMiB * 1024L * 1024, time);
        Index = new VectorIndex(options.MaxEntries, time);
        _time = time;
        _store = store is null ? null : new GuardedAnswerStore(store, time, log);
        Loading = _store is null ? Task.CompletedTask : Task.Run(() => _store.LoadAsync(Load, _stop.Token));
        _writing = Task.Run(WriteAsync);
        _counting = _store is null ? Task.CompletedTask : CountAsync(time);
    }

    /// <summary>Ends when the store's meanings are in the index; until then, a wording that only the store knows is a miss.</summary>
    public Task Loading { get; }

    internal VectorIndex Index { get; }

    /// <summary>What the caches did and the store does not know yet.</summary>
    internal CacheTally Tally { get; } = new();

    /// <summary>An answer that is in memory.</summary>
    internal CachedAnswer? InMemory(CacheKey key) => _memory.Find(key);

    /// <summary>An answer, wherever it is; null for none.</summary>
    internal async ValueTask<CachedAnswer?> FindAsync(CacheKey key) => (await LookAsync(key)).Answer;

    /// <summary>An answer, wherever it is; and where there is none, whether it is gone or the store just can't say.</summary>
    internal async ValueTask<(CachedAnswer? Answer, bool IsGone)> LookAsync(CacheKey key)
    {
        if (_memory.Find(key) is { } near)
        {
            return (near, false);
        }

        if (_store is null)
        {
            return (null, true);
        }

        var (bytes, isKnown) = await _store.FindAsync(key);
        if (bytes is null || AnswerCodec.Unpack(key, bytes) is not { } answer || answer.Origin.Until <= _time.GetUtcNow())
        {
            return (null, isKnown);
        }

        // One that is larger than the memory is not kept there, and served all the same.
        _memory.Add(answer);
        return (answer, false);
    }

    /// <summary>Entries that may say the same, the nearest first.</summary>
    internal async ValueTask<IReadOnlyList<VectorCandidate>> NearestAsync(CacheKey scope, TextVector vector, double threshold, int count)
    {
        if (_store is null || await _store.NearestAsync(scope, vector.Values, count) is not { } stored)
        {
            return Index.Find(scope, vector.Values, threshold, count);
        }

        // Servers score in their own way, some of them rounded to 8 bits: the cosine is computed here. What this process kept last may not be there yet.
        var nearest = new NearestCandidates(threshold, count);
        HashSet<CacheKey> seen = [];
        foreach (var candidate in Index.Find(scope, vector.Values, threshold, count))
        {
            seen.Add(candidate.Key);
            nearest.Add(candidate);
        }

        foreach (var (key, bytes) in stored.Where(pair => seen.Add(pair.Key)))
        {
            if (AnswerCodec.UnpackMeaning(bytes) is { } meaning && meaning.Scope == scope && meaning.Vector.Values.Length == vector.Values.Length
                && System.Numerics.Tensors.TensorPrimitives.CosineSimilarity(vector.Values, meaning.Vector.Values) is var cosine && nearest.Takes(cosine))
            {
                nearest.Add(new VectorCandidate(key, cosine, meaning.Text, meaning.Vector.Embedded));
            }
        }

        return nearest.Found;
    }

    /// <summary>Keeps an answer.</summary>
    internal void Save(CachedAnswer answer)
    {
        _memory.Add(answer with { Meaning = null });
        if (answer.Meaning is { } meaning)
        {
            Index.Add(answer.Key, meaning, answer.Origin.Until);
        }

        if (_store is null)
        {
            return;
        }

        var stored = new StoredAnswer(
            answer.Key, answer.Origin.At, answer.Origin.Until, AnswerCodec.Pack(answer), answer.Meaning is null ? null : AnswerCodec.Pack(answer.Meaning));
        if (Interlocked.Add(ref _pending, stored.Size) > MaxPending || !_queue.Writer.TryWrite(stored))
        {
            Interlocked.Add(ref _pending, -stored.Size);
        }
    }

    /// <summary>Writes what is left and lets the store go.</summary>
    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        _queue.Writer.TryComplete();
        await Task.WhenAll(Loading, _writing, _counting);
        if (_store is not null)
        {
            await KeepCountsAsync();
            await _store.CloseAsync();
        }

        Index.Dispose();
        _stop.Dispose();
    }

    private void Load(CacheKey key, DateTimeOffset until, ReadOnlyMemory<byte> bytes)
    {
        if (AnswerCodec.UnpackMeaning(bytes.Span) is { } meaning)
        {
            Index.Add(key, meaning, until);
        }
    }

    private async Task CountAsync(TimeProvider time)
    {
        using var beat = new PeriodicTimer(BetweenCounts, time);
        try
        {
            while (await beat.WaitForNextTickAsync(_stop.Token))
            {
                await KeepCountsAsync();
            }
        }
        catch (OperationCanceledException)
        {
            // The process ends.
        }
    }

    private async Task KeepCountsAsync()
    {
        if (Tally.Take() is { Count: > 0 } counts && !await _store!.TryAddCountsAsync(counts))
        {
            Tally.PutBack(counts);
        }
    }

    private async Task WriteAsync()
    {
        List<StoredAnswer> batch = [];
        while (await _queue.Reader.WaitToReadAsync())
        {
            while (batch.Count < MaxBatch && _queue.Reader.TryRead(out var answer))
            {
                batch.Add(answer);
            }

            await _store!.SaveAsync(batch);
            foreach (var answer in batch)
            {
                Interlocked.Add(ref _pending, -answer.Size);
            }

            batch.Clear();
        }
    }
}
