namespace Farthing.Rendering.Embeddings;

/// <summary>
/// Entries in memory, bounded in bytes, by W-TinyLFU: a new entry enters a window of 1%; what leaves the window takes the place of
/// the main part's oldest only if it was asked for more often lately. The main part is 80% protected, for entries used again.
/// Safe for threads.
/// </summary>
/// <remarks>
/// Demand for captions is a few favourites and a long tail; a plain LRU lets every tail entry push a favourite out. The benchmark
/// <c>embeddings</c> compares both.
/// </remarks>
internal sealed class MemoryTier
{
    private readonly Lock _gate = new();
    private readonly Dictionary<EntryKey, LinkedListNode<Slot>> _slots = [];
    private readonly Segment _window;
    private readonly Segment _probation;
    private readonly Segment _protected;
    private readonly long _mainLimit;
    private readonly FrequencySketch _sketch;
    private readonly TimeSpan _ttl;

    /// <summary>Makes an empty tier.</summary>
    /// <param name="bytes">Most bytes that entries take; 0 keeps none.</param>
    /// <param name="ttl">How long an unused entry is kept.</param>
    /// <param name="typicalEntry">Bytes of a usual entry, which the sketch's size is chosen for.</param>
    public MemoryTier(long bytes, TimeSpan ttl, int typicalEntry = 16_384)
    {
        Limit = bytes;
        _ttl = ttl;
        _window = new Segment(bytes / 100);
        _mainLimit = bytes - _window.Limit;
        _protected = new Segment(_mainLimit * 8 / 10);
        _probation = new Segment(_mainLimit);
        _sketch = new FrequencySketch((int)Math.Min(int.MaxValue, bytes / typicalEntry));
    }

    /// <summary>Most bytes that entries take.</summary>
    public long Limit { get; }

    /// <summary>Bytes that entries take.</summary>
    public long Bytes
    {
        get
        {
            lock (_gate)
            {
                return _window.Bytes + _probation.Bytes + _protected.Bytes;
            }
        }
    }

    /// <summary>Number of entries.</summary>
    public int Count
    {
        get
        {
            lock (_gate)
            {
                return _slots.Count;
            }
        }
    }

    /// <summary>Finds an entry; null where there is none, or it was not used for the lifetime.</summary>
    /// <param name="key">Its key.</param>
    /// <param name="now">The instant.</param>
    /// <param name="refresh">An entry whose store was told of its use longer ago than this asks for it again.</param>
    /// <param name="stale">Whether the store should be told now.</param>
    public EmbeddingEntry? Find(EntryKey key, DateTimeOffset now, TimeSpan refresh, out bool stale)
    {
        stale = false;
        lock (_gate)
        {
            _sketch.Count(key.GetHashCode());
            if (!_slots.TryGetValue(key, out var node))
            {
                return null;
            }

            var slot = node.Value;
            if (now - slot.Used >= _ttl)
            {
                Drop(node);
                return null;
            }

            slot.Used = now;
            stale = now - slot.Told >= refresh;
            slot.Told = stale ? now : slot.Told;
            Promote(node);
            return slot.Entry;
        }
    }

    /// <summary>Keeps an entry, at the cost of others; one that is larger than the tier's main part is not kept.</summary>
    public void Add(EntryKey key, EmbeddingEntry entry, DateTimeOffset now)
    {
        lock (_gate)
        {
            if (_slots.TryGetValue(key, out var old))
            {
                Drop(old);
            }

            if (entry.Size > _mainLimit)
            {
                return;
            }

            _slots[key] = _window.Add(new Slot(key, entry) { Used = now, Told = now });
            while (_window.IsOver)
            {
                Settle(_window.Oldest!);
            }
        }
    }

    /// <summary>Forgets an entry.</summary>
    public void Remove(EntryKey key)
    {
        lock (_gate)
        {
            if (_slots.TryGetValue(key, out var node))
            {
                Drop(node);
            }
        }
    }

    /// <summary>What leaves the window: into the main part, if there is room or it is asked for more often than what would go.</summary>
    private void Settle(LinkedListNode<Slot> candidate)
    {
        int size = candidate.Value.Entry.Size;
        int frequency = _sketch.Estimate(candidate.Value.Key.GetHashCode());
        while (_probation.Bytes + _protected.Bytes + size > _mainLimit)
        {
            var victim = _probation.Oldest ?? _protected.Oldest!;
            if (_sketch.Estimate(victim.Value.Key.GetHashCode()) >= frequency)
            {
                Drop(candidate);
                return;
            }

            Drop(victim);
        }

        _probation.Take(candidate);
    }

    private void Promote(LinkedListNode<Slot> node)
    {
        var segment = node.Value.Segment!;
        (segment == _probation ? _protected : segment).Take(node);
        while (_protected.IsOver)
        {
            _probation.Take(_protected.Oldest!);
        }
    }

    private void Drop(LinkedListNode<Slot> node)
    {
        node.Value.Segment!.Remove(node);
        _slots.Remove(node.Value.Key);
    }

    private sealed class Slot(EntryKey key, EmbeddingEntry entry)
    {
        public EntryKey Key { get; } = key;

        public EmbeddingEntry Entry { get; } = entry;

        public DateTimeOffset Used { get; set; }

        /// <summary>When the store last heard of a use.</summary>
        public DateTimeOffset Told { get; set; }

        public Segment? Segment { get; set; }
    }

    /// <summary>Slots from the newest use to the oldest, with their bytes.</summary>
    private sealed class Segment(long limit)
    {
        private readonly LinkedList<Slot> _slots = new();

        public long Limit { get; } = limit;

        public long Bytes { get; private set; }

        public bool IsOver => Bytes > Limit;

        public LinkedListNode<Slot>? Oldest => _slots.Last;

        public LinkedListNode<Slot> Add(Slot slot)
        {
            var node = new LinkedListNode<Slot>(slot);
            Insert(node);
            return node;
        }

        /// <summary>Moves a slot here, as the newest.</summary>
        public void Take(LinkedListNode<Slot> node)
        {
            node.Value.Segment!.Remove(node);
            Insert(node);
        }

        public void Remove(LinkedListNode<Slot> node)
        {
            _slots.Remove(node);
            Bytes -= node.Value.Entry.Size;
        }

        private void Insert(LinkedListNode<Slot> node)
        {
            _slots.AddFirst(node);
            Bytes += node.Value.Entry.Size;
            node.Value.Segment = this;
        }
    }
}
