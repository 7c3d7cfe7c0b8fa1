namespace Farthing.Gateway.Caching;

/// <summary>The answers that are at hand: the ones used last, within a number of bytes. Safe for threads.</summary>
/// <param name="limit">Most bytes, about.</param>
/// <param name="time">The clock.</param>
internal sealed class MemoryAnswers(long limit, TimeProvider time)
{
    private readonly Lock _gate = new();
    private readonly Dictionary<CacheKey, LinkedListNode<CachedAnswer>> _byKey = [];
    private readonly LinkedList<CachedAnswer> _byUse = new();

    /// <summary>Bytes in use, about.</summary>
    public long Bytes { get; private set; }

    /// <summary>How many there are.</summary>
    public int Count
    {
        get
        {
            lock (_gate)
            {
                return _byKey.Count;
            }
        }
    }

    /// <summary>An answer that still holds; null for none.</summary>
    public CachedAnswer? Find(CacheKey key)
    {
        lock (_gate)
        {
            if (!_byKey.TryGetValue(key, out var node))
            {
                return null;
            }

            if (node.Value.Origin.Until <= time.GetUtcNow())
            {
                Drop(node);
                return null;
            }

            _byUse.Remove(node);
            _byUse.AddFirst(node);
            return node.Value;
        }
    }

    /// <summary>Keeps an answer in the place of an earlier one; the ones not used for longest go.</summary>
    public void Add(CachedAnswer answer)
    {
        lock (_gate)
        {
            if (_byKey.TryGetValue(answer.Key, out var old))
            {
                Drop(old);
            }

            if (answer.Bytes > limit)
            {
                return;
            }

            _byKey[answer.Key] = _byUse.AddFirst(answer);
            Bytes += answer.Bytes;
            while (Bytes > limit)
            {
                Drop(_byUse.Last!);
            }
        }
    }

    private void Drop(LinkedListNode<CachedAnswer> node)
    {
        _byUse.Remove(node);
        _byKey.Remove(node.Value.Key);
        Bytes -= node.Value.Bytes;
    }
}
