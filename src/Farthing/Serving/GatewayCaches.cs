using Farthing.Gateway.Caching;
using Farthing.Gateway.Configuration;
using Farthing.Gateway.SemanticCache.Lists;
using Microsoft.Data.Sqlite;
using Microsoft.Extensions.Logging;

namespace Farthing.Serving;

/// <summary>Where the caches find and keep things.</summary>
/// <param name="Data">The data folder.</param>
/// <param name="Lists">The folder that the paths of lists begin at.</param>
/// <param name="Embedder">The directory of the sentence embedder.</param>
internal sealed record CachePlaces(string Data, string Lists, string Embedder);

/// <summary>What a configuration's caches need of the process: opened before the server, closed after it.</summary>
internal sealed class GatewayCaches : IAsyncDisposable
{
    private readonly LocalEmbedder? _embedder;

    private GatewayCaches(CacheMeans? means, LocalEmbedder? embedder) => (Means, _embedder) = (means, embedder);

    /// <summary>For the gateway; null where no caches are wanted.</summary>
    public CacheMeans? Means { get; }

    /// <summary>Opens them. A store that can't be used is a warning: answers are then kept in memory alone.</summary>
    /// <exception cref="UsageException">A guard's list can't be read.</exception>
    /// <exception cref="GuardListsException">A guard's list has errors.</exception>
    public static GatewayCaches Open(SemanticCacheOptions options, CachePlaces places, Action<string> note, TimeProvider time, ILoggerFactory log)
    {
        if (!options.Enabled)
        {
            return new GatewayCaches(null, null);
        }

        GuardSet? guards = options.Semantic ? Guards(options, places.Lists) : null;
        LocalEmbedder? embedder = options is { Semantic: true, Embedder: null } ? Embedder(places.Embedder, note) : null;
        var answers = new AnswerCache(options, Store(options, places.Data, note, time), time, log.CreateLogger<AnswerCache>());
        return new GatewayCaches(new CacheMeans(answers) { Embedder = embedder, Guards = guards }, embedder);
    }

    /// <summary>Refuses what <see cref="Open"/> would.</summary>
    /// <exception cref="UsageException">A guard's list can't be read.</exception>
    /// <exception cref="GuardListsException">A guard's list has errors.</exception>
    public static void Check(SemanticCacheOptions options, string lists)
    {
        if (options is { Enabled: true, Semantic: true })
        {
            _ = Guards(options, lists);
        }
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        if (Means is not null)
        {
            await Means.Answers.DisposeAsync();
        }

        if (_embedder is not null)
        {
            await _embedder.DisposeAsync();
        }
    }

    private static GuardSet Guards(SemanticCacheOptions options, string folder)
    {
        try
        {
            return GuardSet.Load(options, folder);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw new UsageException($"A list of semantic_cache can't be read: {error.Message}");
        }
    }

    private static LocalEmbedder? Embedder(string directory, Action<string> note)
    {
        if (File.Exists(Path.Combine(directory, "model-int8.onnx")))
        {
            return new LocalEmbedder(directory);
        }

        note($"warning: semantic_cache has no embedder, as {directory} holds no model: only the exact cache works. Set FARTHING_HOME to the folder of 'models', or name a provider's model with 'embedder'.");
        return null;
    }

    private static IAnswerStore? Store(SemanticCacheOptions options, string folder, Action<string> note, TimeProvider time)
    {
        switch (options.Store)
        {
            case CacheStore.Memory:
                return null;
            case CacheStore.Redis:
                return RedisAnswerStore.Connect(options.Redis!);
            default:
                try
                {
                    return SqliteAnswerStore.Open(folder, options.MaxStoreMiB * 1024L * 1024, time);
                }
                catch (Exception error) when (error is SqliteException or IOException or UnauthorizedAccessException)
                {
                    note($"warning: the cache's file can't be used, so answers are kept in memory alone: {error.Message}");
                    return null;
                }
        }
    }
}
