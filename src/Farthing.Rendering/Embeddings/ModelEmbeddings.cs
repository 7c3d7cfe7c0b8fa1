using System.Collections.Concurrent;
using Farthing.Diffusion.Pipelines;
using Farthing.Diffusion.Tokenizers;

namespace Farthing.Rendering.Embeddings;

/// <summary>The cache as one model sees it: texts in, what its encoders make of them out. Safe for threads.</summary>
internal sealed class ModelEmbeddings
{
    private const int MostTextsRemembered = 16_384;

    private readonly ConcurrentDictionary<string, TextKeys> _texts = new(StringComparer.Ordinal);
    private readonly byte[][] _identities;
    private readonly Lock _gate = new();
    private readonly CacheCounts[] _counts;
    private readonly CacheCounts[] _told;

    /// <summary>Binds a model's encoders to a cache.</summary>
    public ModelEmbeddings(EmbeddingCache cache, ITextEncoders encoders)
    {
        Cache = cache;
        Encoders = encoders;
        _identities = [.. encoders.Identities.Select(Convert.FromHexString)];
        _counts = [.. encoders.Identities.Select(_ => CacheCounts.Zero)];
        _told = [.. _counts];
        Sequence = encoders.Encoders.Max(e => e.FirstRow + e.Rows);
        Width = encoders.Encoders.Max(e => e.Column + e.Width);
        PooledWidth = encoders.Encoders.Max(e => e.PooledWidth);
        cache.Store?.Do(store =>
        {
            foreach (var (encoder, identity) in encoders.Encoders.Zip(encoders.Identities))
            {
                store.Describe(identity, encoder.Name, encoders.Model);
            }
        });
    }

    public EmbeddingCache Cache { get; }

    public ITextEncoders Encoders { get; }

    /// <summary>States of a text.</summary>
    public int Sequence { get; }

    /// <summary>Width of a state.</summary>
    public int Width { get; }

    /// <summary>Width of the pooled text.</summary>
    public int PooledWidth { get; }

    /// <summary>Bytes that were given to the store.</summary>
    public long BytesSaved { get; private set; }

    /// <summary>All lookups so far, of all encoders.</summary>
    public CacheCounts Counts
    {
        get
        {
            lock (_gate)
            {
                return _counts.Aggregate(CacheCounts.Zero, static (sum, each) => sum + each);
            }
        }
    }

    /// <summary>
    /// Looks texts up. What is not found must be encoded by <see cref="PendingEmbeddings.Encode"/>, and others wait for it: dispose
    /// the result, whatever happens.
    /// </summary>
    public PendingEmbeddings Begin(IReadOnlyList<string> texts) => new(this, [.. texts.Select(Read)]);

    /// <summary>Looks texts up and encodes what is not found, at once.</summary>
    /// <param name="texts">The texts.</param>
    /// <param name="threads">Threads that a run of an encoder uses, for the cost that is kept with an entry.</param>
    public IReadOnlyList<FoundEmbedding> Find(IReadOnlyList<string> texts, int threads)
    {
        using var pending = Begin(texts);
        if (pending.HasMisses)
        {
            long begin = Cache.Time.GetTimestamp();
            pending.Encode();
            pending.Charge((long)(Cache.Time.GetElapsedTime(begin).TotalMicroseconds * threads));
        }

        return pending.End();
    }

    /// <summary>Tells the store's counters what happened since the last call.</summary>
    public void SaveCounts()
    {
        for (int i = 0; i < _counts.Length; i++)
        {
            CacheCounts news;
            lock (_gate)
            {
                news = new CacheCounts
                {
                    MemoryHits = _counts[i].MemoryHits - _told[i].MemoryHits,
                    StoreHits = _counts[i].StoreHits - _told[i].StoreHits,
                    Misses = _counts[i].Misses - _told[i].Misses,
                    Corrupt = _counts[i].Corrupt - _told[i].Corrupt,
                };
                _told[i] = _counts[i];
            }

            if (news != CacheCounts.Zero)
            {
                int encoder = i;
                Cache.Store?.Do(store => store.Count(Encoders.Identities[encoder], news));
            }
        }
    }

    internal void Count(int encoder, CacheCounts counts)
    {
        lock (_gate)
        {
            _counts[encoder] += counts;
        }
    }

    internal void CountSaved(long bytes)
    {
        lock (_gate)
        {
            BytesSaved += bytes;
        }
    }

    internal StoredKey StoredKeyOf(int encoder, EntryKey key) => new(Encoders.Identities[encoder], key);

    /// <summary>The same text always has the same tokens, so they are worked out once while it is in use.</summary>
    private TextKeys Read(string text)
    {
        if (_texts.TryGetValue(text, out var known))
        {
            return known;
        }

        var tokens = Encoders.Tokenize(text);
        var keys = new TextKeys(
            tokens,
            [.. tokens.Select((t, i) => EntryKey.Of(_identities[i], Cache.Options.Storage, t.Ids))],
            Encoders.Truncations(tokens));
        if (_texts.Count >= MostTextsRemembered)
        {
            _texts.Clear();
        }

        _texts[text] = keys;
        return keys;
    }
}

/// <summary>A text's tokens and the keys of its entries, for each encoder.</summary>
internal sealed record TextKeys(IReadOnlyList<TokenIds> Tokens, IReadOnlyList<EntryKey> Keys, IReadOnlyList<PromptTruncation> Truncations);

/// <summary>What was found of a text.</summary>
/// <param name="Prompt">What the encoders make of it.</param>
/// <param name="Saved">What each entry that was found had cost to encode; empty where all was encoded now.</param>
internal sealed record FoundEmbedding(EncodedPrompt Prompt, IReadOnlyList<(string Encoder, EncodeCost Cost)> Saved);
