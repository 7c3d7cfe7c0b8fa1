namespace Farthing.Gateway.Caching;

/// <summary>An answer as a store keeps it.</summary>
/// <param name="Key">The request that it answers.</param>
/// <param name="At">When it was answered.</param>
/// <param name="Until">From when on it is not wanted any more.</param>
/// <param name="Value">Its bytes.</param>
/// <param name="Meaning">What finds it by another wording; null for nothing.</param>
public sealed record StoredAnswer(CacheKey Key, DateTimeOffset At, DateTimeOffset Until, byte[] Value, byte[]? Meaning)
{
    /// <summary>How many bytes it has.</summary>
    public long Size => Value.Length + (Meaning?.Length ?? 0);
}

/// <summary>Where answers outlive the process. Whatever it throws is a miss to its caller.</summary>
public interface IAnswerStore : IAsyncDisposable
{
    /// <summary>What it is called in messages, without a password.</summary>
    string Name { get; }

    /// <summary>An answer's bytes; null where it has none.</summary>
    ValueTask<byte[]?> FindAsync(CacheKey key);

    /// <summary>Keeps answers in the place of earlier ones.</summary>
    Task SaveAsync(IReadOnlyList<StoredAnswer> answers);

    /// <summary>Adds to what the caches did.</summary>
    /// <param name="counts">By name.</param>
    Task AddCountsAsync(IReadOnlyDictionary<string, long> counts);

    /// <summary>Reads what finds the answers that are kept, the oldest first where it knows an order.</summary>
    /// <param name="found">Gets the key, the end and the bytes of each.</param>
    /// <param name="cancellationToken">Cancelled when nobody wants them any more.</param>
    Task LoadAsync(Action<CacheKey, DateTimeOffset, ReadOnlyMemory<byte>> found, CancellationToken cancellationToken);

    /// <summary>Answers near an embedding; null where it has no index of its own, so that the one in the process holds.</summary>
    /// <param name="scope">Their scope.</param>
    /// <param name="values">The embedding.</param>
    /// <param name="count">At most so many.</param>
    ValueTask<IReadOnlyList<(CacheKey Key, byte[] Meaning)>?> NearestAsync(CacheKey scope, ReadOnlyMemory<float> values, int count);
}
