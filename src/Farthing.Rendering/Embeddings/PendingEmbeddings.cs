using Farthing.Diffusion.Pipelines;

namespace Farthing.Rendering.Embeddings;

/// <summary>
/// Some texts on their way through the cache. Steps: 1. memory, 2. the store, for what no other thread is at, 3.
/// <see cref="Encode"/> what is in neither, each encoder once for all texts, 4. <see cref="Charge"/> what that took, 5. <see cref="End"/>: keep it,
/// hand it to threads that wait, wait for what others are at, and put each text's states together.
/// </summary>
internal sealed class PendingEmbeddings : IDisposable
{
    private readonly ModelEmbeddings _model;
    private readonly IReadOnlyList<TextKeys> _texts;
    private readonly Dictionary<EntryKey, EmbeddingEntry> _entries = [];
    private readonly Dictionary<EntryKey, TaskCompletionSource<EmbeddingEntry?>> _own = [];
    private readonly Dictionary<EntryKey, Task<EmbeddingEntry?>> _others = [];
    private readonly HashSet<EntryKey> _encoded = [];

    /// <summary>Keys to encode, for each encoder with the text that has the tokens.</summary>
    private readonly List<(EntryKey Key, TextKeys Text)>[] _misses;
    private readonly long[] _ticks;
    private long _cost;

    internal PendingEmbeddings(ModelEmbeddings model, IReadOnlyList<TextKeys> texts)
    {
        _model = model;
        _texts = texts;
        _misses = [.. model.Encoders.Encoders.Select(static _ => new List<(EntryKey, TextKeys)>())];
        _ticks = new long[_misses.Length];
        try
        {
            FindInStore(FindInMemory());
        }
        catch
        {
            Dispose();
            throw;
        }
    }

    /// <summary>Whether anything must be encoded here.</summary>
    public bool HasMisses => _misses.Any(static list => list.Count > 0);

    /// <summary>The places of the texts that something must be encoded for.</summary>
    public IReadOnlyList<int> Missing
    {
        get
        {
            var missing = _misses.SelectMany(static list => list).Select(static m => m.Text).ToHashSet(ReferenceEqualityComparer.Instance);
            return [.. Enumerable.Range(0, _texts.Count).Where(i => missing.Contains(_texts[i]))];
        }
    }

    private EmbeddingCache Cache => _model.Cache;

    /// <summary>Runs the encoders over what was not found.</summary>
    public void Encode()
    {
        for (int encoder = 0; encoder < _misses.Length; encoder++)
        {
            if (_misses[encoder].Count == 0)
            {
                continue;
            }

            int place = encoder, width = _model.Encoders.Encoders[encoder].Width;
            long begin = Cache.Time.GetTimestamp();
            var states = _model.Encoders.Encode(encoder, [.. _misses[encoder].Select(m => m.Text.Tokens[place])]);
            _ticks[encoder] = Cache.Time.GetTimestamp() - begin;
            foreach (var ((key, _), text) in _misses[encoder].Zip(states))
            {
                // What is no numbers is given to the model all the same, which says so; it is not kept.
                _entries[key] = EmbeddingEntry.Of(text, width, Cache.Options.Storage, default) ?? EmbeddingEntry.Unkept(text, width);
                _encoded.Add(key);
            }
        }
    }

    /// <summary>Says what <see cref="Encode"/> took: it is kept with the entries, as the evidence of what a hit saves.</summary>
    /// <param name="coreMicroseconds">Core-microseconds of all encoders; shared among them by their times, then among the texts.</param>
    public void Charge(long coreMicroseconds) => _cost = coreMicroseconds;

    /// <summary>Keeps what was encoded and puts all texts together.</summary>
    public IReadOnlyList<FoundEmbedding> End()
    {
        Keep();
        WaitForOthers();
        Dictionary<TextKeys, FoundEmbedding> made = new(ReferenceEqualityComparer.Instance);
        return [.. _texts.Select(text =>
        {
            if (made.TryGetValue(text, out var first))
            {
                // Twice in one batch: the second is found with what the first had to encode, too.
                return first with { Saved = Costs(text, all: true) };
            }

            return made[text] = new FoundEmbedding(Join(text), Costs(text, all: false));
        })];
    }

    /// <summary>Lets threads that wait go on without what was not encoded.</summary>
    public void Dispose()
    {
        foreach (var (key, flight) in _own)
        {
            Cache.Flights.TryRemove(new(key, flight));
            flight.TrySetResult(null);
        }

        _own.Clear();
    }

    private List<(int Encoder, EntryKey Key, TextKeys Text)> FindInMemory()
    {
        var now = Cache.Time.GetUtcNow();
        var refresh = SqliteEmbeddingStore.RefreshAfter(Cache.Options.Ttl);
        List<(int, EntryKey, TextKeys)> wanted = [];
        List<StoredKey> used = [];
        HashSet<EntryKey> asked = [];
        for (int encoder = 0; encoder < _misses.Length; encoder++)
        {
            int hits = 0;
            foreach (var text in _texts)
            {
                var key = text.Keys[encoder];
                if (!asked.Add(key))
                {
                    hits++;
                }
                else if (Cache.Memory.Find(key, now, refresh, out bool stale) is { } entry)
                {
                    hits++;
                    _entries[key] = entry;
                    if (stale)
                    {
                        used.Add(_model.StoredKeyOf(encoder, key));
                    }
                }
                else if (Claim(key))
                {
                    wanted.Add((encoder, key, text));
                }
                else
                {
                    hits++;
                }
            }

            _model.Count(encoder, new CacheCounts { MemoryHits = hits });
        }

        if (used.Count > 0)
        {
            Cache.Store?.Do(store => store.Touch(used));
        }

        return wanted;
    }

    /// <summary>Takes it upon this thread to get an entry; false where another is at it or has just got it.</summary>
    private bool Claim(EntryKey key)
    {
        var flight = new TaskCompletionSource<EmbeddingEntry?>(TaskCreationOptions.RunContinuationsAsynchronously);
        var current = Cache.Flights.GetOrAdd(key, flight);
        if (current != flight)
        {
            _others[key] = current.Task;
            return false;
        }

        _own[key] = flight;

        // Another flight may have landed between the look into memory and the claim.
        if (Cache.Memory.Find(key, Cache.Time.GetUtcNow(), TimeSpan.MaxValue, out _) is not { } entry)
        {
            return true;
        }

        Land(key, entry);
        _entries[key] = entry;
        return false;
    }

    private void FindInStore(List<(int Encoder, EntryKey Key, TextKeys Text)> wanted)
    {
        if (wanted.Count == 0)
        {
            return;
        }

        var found = Cache.Store?.Find([.. wanted.Select(w => _model.StoredKeyOf(w.Encoder, w.Key))]);
        for (int i = 0; i < wanted.Count; i++)
        {
            var (encoder, key, text) = wanted[i];
            byte[]? bytes = found?[i];
            var entry = bytes is null ? null : EntryCodec.Read(key, bytes);
            if (entry?.Fits(_model.Encoders.Encoders[encoder]) == true)
            {
                _model.Count(encoder, new CacheCounts { StoreHits = 1 });
                _entries[key] = entry;
                Cache.Memory.Add(key, entry, Cache.Time.GetUtcNow());
                Land(key, entry);
                continue;
            }

            if (bytes is not null)
            {
                Cache.Store!.Do(store => store.Remove(_model.StoredKeyOf(encoder, key)));
            }

            _model.Count(encoder, new CacheCounts { Misses = 1, Corrupt = bytes is null ? 0 : 1 });
            _misses[encoder].Add((key, text));
        }
    }

    private void Keep()
    {
        List<(StoredKey, byte[])> saved = [];
        long ticks = Math.Max(1, _ticks.Sum());
        for (int encoder = 0; encoder < _misses.Length; encoder++)
        {
            int texts = _misses[encoder].Count;
            foreach (var (key, _) in _misses[encoder].Where(m => _encoded.Contains(m.Key)))
            {
                var cost = new EncodeCost((long)((Int128)_cost * _ticks[encoder] / ticks / texts), texts);
                var entry = _entries[key] = _entries[key] with { Cost = cost };
                if (entry.IsKept)
                {
                    Cache.Memory.Add(key, entry, Cache.Time.GetUtcNow());
                    saved.Add((_model.StoredKeyOf(encoder, key), EntryCodec.Write(key, entry, Cache.Options.Compress)));
                }

                Land(key, entry);
            }
        }

        if (saved.Count > 0)
        {
            Cache.Store?.Do(store => store.Save(saved));
            _model.CountSaved(saved.Sum(static s => (long)s.Item2.Length));
        }
    }

    /// <summary>Waits for entries that other threads are at; what they could not get is encoded here.</summary>
    private void WaitForOthers()
    {
        foreach (var (key, flight) in _others)
        {
            if (_entries.ContainsKey(key))
            {
                continue;
            }

            if (flight.GetAwaiter().GetResult() is { } entry)
            {
                _entries[key] = entry;
                continue;
            }

            var text = _texts.First(t => t.Keys.Contains(key));
            int encoder = text.Keys.ToList().IndexOf(key), width = _model.Encoders.Encoders[encoder].Width;
            var states = _model.Encoders.Encode(encoder, [text.Tokens[encoder]])[0];
            _entries[key] = EmbeddingEntry.Of(states, width, Cache.Options.Storage, default) ?? EmbeddingEntry.Unkept(states, width);
        }
    }

    private EncodedPrompt Join(TextKeys text)
    {
        var prompt = new EncodedPrompt(
            new float[_model.Sequence * _model.Width], new float[_model.PooledWidth], _model.Sequence, text.Truncations);
        foreach (var (encoder, key) in _model.Encoders.Encoders.Zip(text.Keys))
        {
            _entries[key].CopyTo(prompt, encoder, _model.Width);
        }

        return prompt;
    }

    private IReadOnlyList<(string, EncodeCost)> Costs(TextKeys text, bool all) =>
    [
        .. _model.Encoders.Encoders.Zip(text.Keys)
            .Where(e => all || !_encoded.Contains(e.Second))
            .Select(e => (e.First.Name, _entries[e.Second].Cost)),
    ];

    private void Land(EntryKey key, EmbeddingEntry entry)
    {
        if (_own.Remove(key, out var flight))
        {
            Cache.Flights.TryRemove(new(key, flight));
            flight.TrySetResult(entry);
        }
    }
}
