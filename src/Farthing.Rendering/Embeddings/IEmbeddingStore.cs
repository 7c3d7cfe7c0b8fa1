namespace Farthing.Rendering.Embeddings;

/// <summary>Entries as bytes that outlive the process: a SQLite file or a Redis server. Safe for threads.</summary>
/// <remarks>A store may throw whatever its client throws; <see cref="GuardedStore"/> is what the cache sees.</remarks>
internal interface IEmbeddingStore : IDisposable
{
    /// <summary>The store for messages; it holds no secret.</summary>
    string Name { get; }

    /// <summary>Finds entries and begins their lifetime anew; null for each that is not there.</summary>
    /// <param name="keys">Their keys.</param>
    IReadOnlyList<byte[]?> Find(IReadOnlyList<StoredKey> keys);

    /// <summary>Keeps entries.</summary>
    void Save(IReadOnlyList<(StoredKey Key, byte[] Bytes)> entries);

    /// <summary>Begins the lifetime of entries anew.</summary>
    void Touch(IReadOnlyList<StoredKey> keys);

    /// <summary>Removes an entry that is no good.</summary>
    void Remove(StoredKey key);

    /// <summary>Says which part of which model an encoder was last.</summary>
    void Describe(string encoder, string part, string model);

    /// <summary>Adds to the counters that are kept for ever.</summary>
    void Count(string encoder, CacheCounts counts);

    /// <summary>What is there, encoder by encoder.</summary>
    IReadOnlyList<EncoderStatistics> Statistics();

    /// <summary>Removes everything, or one encoder's entries.</summary>
    /// <returns>The number of entries.</returns>
    long Clear(string? encoder);
}

/// <summary>A key with its encoder, which statistics are kept by.</summary>
/// <param name="Encoder">The encoder's identity, 64 hexadecimal digits.</param>
/// <param name="Key">The key.</param>
internal readonly record struct StoredKey(string Encoder, EntryKey Key);
