using Farthing.Gateway.Providers;

namespace Farthing.Gateway.Configuration;

/// <summary>The caches as configured.</summary>
public sealed record SemanticCacheOptions
{
    /// <summary>Whether they are wanted. Default false.</summary>
    public bool Enabled { get; init; }

    /// <summary>The least cosine of a candidate, 0.5 to 1. Default 0.94.</summary>
    public double SimilarityThreshold { get; init; } = 0.94;

    /// <summary>How long an answer is kept, 1 second to 10 years. Default a week.</summary>
    public TimeSpan Ttl { get; init; } = TimeSpan.FromDays(7);

    /// <summary>Whether they look up and log only, and serve nothing. Default false.</summary>
    public bool Shadow { get; init; }

    /// <summary>Whether the same request is answered from before. Default true.</summary>
    public bool Exact { get; init; } = true;

    /// <summary>Whether another wording is answered from before. Default true.</summary>
    public bool Semantic { get; init; } = true;

    /// <summary>The embedding model of a provider; null for the embedder of this machine. Default null.</summary>
    public ModelTarget? Embedder { get; init; }

    /// <summary>How long a call waits for the embedding of its text, 0.05 to 60 seconds; then it is a miss. Default 5 seconds.</summary>
    public TimeSpan EmbeddingTime { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>Files that add to what the guard may excuse, from the configuration's folder. Default none.</summary>
    public IReadOnlyList<string> Lists { get; init; } = [];

    /// <summary>What is other for single clients, by the names of their keys.</summary>
    public IReadOnlyDictionary<string, TenantCacheOptions> Tenants { get; init; } = new Dictionary<string, TenantCacheOptions>();

    /// <summary>Most entries of the semantic index, 1 to 5,000,000. Default 200,000.</summary>
    public int MaxEntries { get; init; } = 200_000;

    /// <summary>Most memory of answers in MiB, 1 to 65,536. Default 64.</summary>
    public int MaxMemoryMiB { get; init; } = 64;

    /// <summary>The largest answer that is kept in KiB, 1 to 16,384. Default 1,024.</summary>
    public int MaxAnswerKiB { get; init; } = 1024;

    /// <summary>Most bytes of the SQLite store in MiB, 1 to 1,048,576. Default 1,024.</summary>
    public int MaxStoreMiB { get; init; } = 1024;

    /// <summary>Where answers outlive the process. Default a SQLite file in the data folder.</summary>
    public CacheStore Store { get; init; } = CacheStore.Sqlite;

    /// <summary>The Redis server of <see cref="CacheStore.Redis"/>; it may hold a password.</summary>
    public Secret? Redis { get; init; }

    /// <summary>Whether refused candidates are logged with both texts. Default false.</summary>
    public bool LogsTexts { get; init; }

    /// <summary>The largest answer that is kept, in bytes.</summary>
    public int MaxAnswerBytes => MaxAnswerKiB * 1024;

    /// <summary>Whether another says the same.</summary>
    public bool IsLike(SemanticCacheOptions other)
    {
        ArgumentNullException.ThrowIfNull(other);
        return this == (other with { Lists = Lists, Tenants = Tenants, Redis = Redis })
            && Lists.SequenceEqual(other.Lists) && Redis?.Reveal() == other.Redis?.Reveal()
            && Tenants.Count == other.Tenants.Count
            && Tenants.All(pair => other.Tenants.TryGetValue(pair.Key, out var tenant)
                && tenant.SimilarityThreshold == pair.Value.SimilarityThreshold && tenant.Lists.SequenceEqual(pair.Value.Lists));
    }

    /// <summary>The threshold of a client.</summary>
    public double ThresholdOf(string client) => Tenants.TryGetValue(client, out var tenant) && tenant.SimilarityThreshold is { } own ? own : SimilarityThreshold;
}

/// <summary>What is other for one client.</summary>
public sealed record TenantCacheOptions
{
    /// <summary>Its threshold, 0.5 to 1; null for that of all.</summary>
    public double? SimilarityThreshold { get; init; }

    /// <summary>Files that add to what its guard may excuse, on top of those for all.</summary>
    public IReadOnlyList<string> Lists { get; init; } = [];
}

/// <summary>Where answers outlive the process.</summary>
public enum CacheStore
{
    /// <summary>A SQLite file in the data folder.</summary>
    Sqlite,

    /// <summary>Nowhere.</summary>
    Memory,

    /// <summary>A Redis server.</summary>
    Redis,
}
