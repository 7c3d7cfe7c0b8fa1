namespace Farthing.Gateway.Caching;

/// <summary>What the caches were to a call, as its header says.</summary>
public enum CacheWord
{
    /// <summary>They were not asked.</summary>
    Off,

    /// <summary>They had nothing for it.</summary>
    Miss,

    /// <summary>The same request was answered before, or is being answered.</summary>
    Exact,

    /// <summary>A request that says the same was answered before.</summary>
    Semantic,

    /// <summary>They would have answered, but only watch.</summary>
    Shadow,
}

/// <summary>What came of asking the caches.</summary>
/// <param name="Word">In a word.</param>
public sealed record CacheOutcome(CacheWord Word)
{
    /// <summary>They were not asked.</summary>
    public static CacheOutcome Off { get; } = new(CacheWord.Off);

    /// <summary>The cosine of the nearest candidate; null where there was none.</summary>
    public double? Similarity { get; init; }

    /// <summary>The answer that is served instead of a call's; null for none.</summary>
    public CachedAnswer? Hit { get; init; }

    /// <summary>The stream that is played to the client while it comes; null for none.</summary>
    public TapePlay? Tape { get; init; }

    /// <summary>The stream, before anybody plays it.</summary>
    internal StreamTape? Recording { get; init; }
}
