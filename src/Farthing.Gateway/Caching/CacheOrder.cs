namespace Farthing.Gateway.Caching;

/// <summary>What a client wants of the caches for one call.</summary>
public sealed record CacheOrder
{
    /// <summary>All of it, as configured.</summary>
    public static CacheOrder Default { get; } = new();

    /// <summary>Nothing of it.</summary>
    public static CacheOrder Off { get; } = new() { ReadsExact = false, ReadsSemantic = false, Stores = false };

    /// <summary>Whether the exact cache may answer.</summary>
    public bool ReadsExact { get; init; } = true;

    /// <summary>Whether the semantic cache may answer.</summary>
    public bool ReadsSemantic { get; init; } = true;

    /// <summary>Whether the answer may be kept.</summary>
    public bool Stores { get; init; } = true;

    /// <summary>Whether it may be kept for other wordings too.</summary>
    public bool StoresSemantic { get; init; } = true;

    /// <summary>The least cosine of a candidate, 0 to 1; null for the configured one.</summary>
    public double? Threshold { get; init; }

    /// <summary>How long the answer is kept; null for the configured time.</summary>
    public TimeSpan? Ttl { get; init; }

    /// <summary>The client's own name for a part of its cache; empty for none.</summary>
    public string Name { get; init; } = "";

    /// <summary>Whether there is anything to do.</summary>
    public bool IsOff => !ReadsExact && !ReadsSemantic && !Stores;
}
