using System.Collections.Concurrent;

namespace Farthing.Rendering.Embeddings;

/// <summary>
/// Keeps what text encoders made of texts: memory first, then a file or a Redis server. One for a process; safe for threads.
/// </summary>
public sealed class EmbeddingCache : IDisposable
{
    /// <summary>How long a call to a Redis server may take.</summary>
    private static readonly TimeSpan RedisTimeout = TimeSpan.FromMilliseconds(500);

    private readonly GuardedStore? _store;
    private readonly List<string> _notes = [];

    /// <summary>Makes a cache on a store.</summary>
    /// <param name="options">Its bounds.</param>
    /// <param name="store">Where entries go that outlive the process; null for nowhere. It is disposed with the cache.</param>
    /// <param name="time">The clock.</param>
    internal EmbeddingCache(EmbeddingOptions options, IEmbeddingStore? store, TimeProvider time)
    {
        Options = options;
        Time = time;
        Memory = new MemoryTier((long)options.MemoryMiB << 20, options.Ttl);
        _store = store is null ? null : new GuardedStore(store, time);
    }

    /// <summary>The bounds.</summary>
    public EmbeddingOptions Options { get; }

    internal TimeProvider Time { get; }

    internal MemoryTier Memory { get; }

    internal GuardedStore? Store => _store;

    /// <summary>Entries that some thread is encoding now.</summary>
    internal ConcurrentDictionary<EntryKey, TaskCompletionSource<EmbeddingEntry?>> Flights { get; } = new();

    /// <summary>Opens the cache; null where it is turned off. A store that can't be used is a warning, never an error.</summary>
    /// <param name="options">What to keep, and where.</param>
    /// <param name="dataFolder">The data folder.</param>
    /// <param name="time">The clock.</param>
    public static EmbeddingCache? Open(EmbeddingOptions options, string dataFolder, TimeProvider time)
    {
        ArgumentNullException.ThrowIfNull(options);
        if (options.Place == EmbeddingPlace.Off)
        {
            return null;
        }

        List<string> notes = [];
        IEmbeddingStore? store = null;
        try
        {
            store = OpenStore(options, dataFolder, time, notes.Add);
        }
        catch (Exception e)
        {
            notes.Add($"Text embeddings are kept in memory only: {e.Message}");
        }

        var cache = new EmbeddingCache(options, store, time);
        cache._notes.AddRange(notes);
        return cache;
    }

    /// <summary>What a person should know since the last call; each thing once.</summary>
    public IReadOnlyList<string> TakeWarnings()
    {
        lock (_notes)
        {
            string[] notes = [.. _notes, .. _store?.TakeWarning() is { } warning ? [warning] : Array.Empty<string>()];
            _notes.Clear();
            return notes;
        }
    }

    /// <summary>Closes the store.</summary>
    public void Dispose() => _store?.Dispose();

    /// <summary>Opens the store of a place; null for a place without one.</summary>
    internal static IEmbeddingStore? OpenStore(EmbeddingOptions options, string dataFolder, TimeProvider time, Action<string> note) => options.Place switch
    {
        EmbeddingPlace.Folder folder => SqliteEmbeddingStore.Open(folder.Path ?? dataFolder, (long)options.FileMiB << 20, options.Ttl, time, note),
        EmbeddingPlace.Redis redis => new RedisEmbeddingStore(redis.Address, options.Ttl, RedisTimeout),
        _ => null,
    };
}
