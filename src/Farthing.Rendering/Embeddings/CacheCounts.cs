namespace Farthing.Rendering.Embeddings;

/// <summary>How often an encoder's entries were found, and where.</summary>
public sealed record CacheCounts
{
    /// <summary>Nothing yet.</summary>
    public static CacheCounts Zero { get; } = new();

    /// <summary>Found in memory, or asked for twice in one batch.</summary>
    public long MemoryHits { get; init; }

    /// <summary>Found in the store.</summary>
    public long StoreHits { get; init; }

    /// <summary>Encoded.</summary>
    public long Misses { get; init; }

    /// <summary>Found in the store and no good, so encoded anew. They count as misses too.</summary>
    public long Corrupt { get; init; }

    /// <summary>All lookups.</summary>
    public long Lookups => MemoryHits + StoreHits + Misses;

    /// <summary>Both sides' lookups.</summary>
    public static CacheCounts operator +(CacheCounts left, CacheCounts right)
    {
        ArgumentNullException.ThrowIfNull(left);
        ArgumentNullException.ThrowIfNull(right);
        return new CacheCounts
        {
            MemoryHits = left.MemoryHits + right.MemoryHits,
            StoreHits = left.StoreHits + right.StoreHits,
            Misses = left.Misses + right.Misses,
            Corrupt = left.Corrupt + right.Corrupt,
        };
    }

    /// <summary>The same as <c>+</c>.</summary>
    public static CacheCounts Add(CacheCounts left, CacheCounts right) => left + right;
}

/// <summary>One encoder's entries in a store.</summary>
public sealed record EncoderStatistics
{
    /// <summary>The encoder's identity.</summary>
    public required string Encoder { get; init; }

    /// <summary>Its part, such as <c>text_encoder_2</c>; empty where it is not known.</summary>
    public required string Part { get; init; }

    /// <summary>The directory that it was last loaded from; empty where it is not known.</summary>
    public required string Model { get; init; }

    /// <summary>Number of entries.</summary>
    public required long Entries { get; init; }

    /// <summary>Their bytes.</summary>
    public required long Bytes { get; init; }

    /// <summary>The oldest last use; null where there is no entry, or the store does not tell.</summary>
    public required DateTimeOffset? OldestUse { get; init; }

    /// <summary>The newest last use; null likewise.</summary>
    public required DateTimeOffset? NewestUse { get; init; }

    /// <summary>All lookups so far.</summary>
    public required CacheCounts Counts { get; init; }
}
