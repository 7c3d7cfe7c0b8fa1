using System.Text;

namespace Farthing.Gateway.Caching;

/// <summary>
/// Finds entries by the cosine of their texts, each scope by itself. A scan goes over the signs of all embeddings of the scope
/// and computes the cosine where they say that it may be near (<see cref="SignBound"/>). Safe for threads.
/// </summary>
/// <param name="limit">Most entries; the oldest go.</param>
/// <param name="time">The clock.</param>
internal sealed class VectorIndex(int limit, TimeProvider time) : IDisposable
{
    // A queue of so many that were replaced or removed is not worth going through.
    private const int LeastForgotten = 1024;

    private readonly ReaderWriterLockSlim _gate = new();
    private readonly Dictionary<CacheKey, ScopeVectors> _scopes = [];
    private readonly Dictionary<CacheKey, (ScopeVectors Scope, int Slot, long Serial)> _entries = [];
    private readonly Queue<(CacheKey Key, long Serial)> _order = new();
    private long _serial;

    /// <summary>How many entries are queued by age, with those that were replaced or removed since.</summary>
    internal int Queued => _order.Count;

    /// <summary>How many scopes have entries.</summary>
    internal int Scopes => _scopes.Count;

    /// <summary>How many entries it has.</summary>
    public int Count
    {
        get
        {
            _gate.EnterReadLock();
            try
            {
                return _entries.Count;
            }
            finally
            {
                _gate.ExitReadLock();
            }
        }
    }

    /// <summary>Adds an entry in the place of an earlier one with its key.</summary>
    public void Add(CacheKey key, AnswerMeaning meaning, DateTimeOffset until)
    {
        var text = Encoding.UTF8.GetBytes(meaning.Text);
        _gate.EnterWriteLock();
        try
        {
            RemoveEntry(key);
            var now = time.GetUtcNow().UtcTicks;
            if (until.UtcTicks <= now)
            {
                return;
            }

            if (!_scopes.TryGetValue(meaning.Scope, out var scope))
            {
                _scopes[meaning.Scope] = scope = new ScopeVectors(meaning.Scope, meaning.Vector.Values.Length);
            }

            if (scope.Dimensions != meaning.Vector.Values.Length)
            {
                // It has entries, of another embedder: their scope stays.
                return;
            }

            _entries[key] = (scope, scope.Add(key, meaning.Vector, text, until.UtcTicks), ++_serial);
            _order.Enqueue((key, _serial));
            while (_entries.Count > limit)
            {
                RemoveOldest();
            }

            if (_order.Count > (2 * _entries.Count) + LeastForgotten)
            {
                ForgetReplaced();
            }
        }
        finally
        {
            _gate.ExitWriteLock();
        }
    }

    /// <summary>Removes an entry; one that is not there is no fault.</summary>
    public void Remove(CacheKey key)
    {
        _gate.EnterWriteLock();
        try
        {
            RemoveEntry(key);
        }
        finally
        {
            _gate.ExitWriteLock();
        }
    }

    /// <summary>The nearest entries of a scope, the nearest first.</summary>
    /// <param name="scope">The scope.</param>
    /// <param name="values">The embedding, of norm 1.</param>
    /// <param name="threshold">The least cosine.</param>
    /// <param name="count">At most so many.</param>
    public IReadOnlyList<VectorCandidate> Find(CacheKey scope, ReadOnlySpan<float> values, double threshold, int count)
    {
        var nearest = new NearestCandidates(threshold, count);
        _gate.EnterReadLock();
        try
        {
            if (_scopes.TryGetValue(scope, out var entries) && entries.Dimensions == values.Length)
            {
                entries.Scan(values, time.GetUtcNow().UtcTicks, nearest);
            }
        }
        finally
        {
            _gate.ExitReadLock();
        }

        return nearest.Found;
    }

    /// <inheritdoc/>
    public void Dispose() => _gate.Dispose();

    private void RemoveOldest()
    {
        while (_order.TryDequeue(out var oldest))
        {
            if (_entries.TryGetValue(oldest.Key, out var entry) && entry.Serial == oldest.Serial)
            {
                RemoveEntry(oldest.Key);
                return;
            }
        }
    }

    /// <summary>Takes what was replaced or removed out of the queue.</summary>
    private void ForgetReplaced()
    {
        (CacheKey Key, long Serial)[] live = [.. _order.Where(queued => _entries.TryGetValue(queued.Key, out var entry) && entry.Serial == queued.Serial)];
        _order.Clear();
        foreach (var queued in live)
        {
            _order.Enqueue(queued);
        }
    }

    private void RemoveEntry(CacheKey key)
    {
        if (!_entries.Remove(key, out var entry))
        {
            return;
        }

        if (entry.Scope.Remove(entry.Slot) is { } moved)
        {
            _entries[moved] = _entries[moved] with { Slot = entry.Slot };
        }

        if (entry.Scope.Count == 0)
        {
            _scopes.Remove(entry.Scope.Key);
        }
    }
}
