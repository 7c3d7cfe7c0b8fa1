using Farthing.Diffusion.Embeddings;
using Farthing.Diffusion.Sessions;
using Farthing.Gateway.Caching;
using Farthing.Gateway.Configuration;
using Farthing.Gateway.SemanticCache.Lists;
using Microsoft.Data.Sqlite;
using Microsoft.ML.OnnxRuntime;
using StackExchange.Redis;

namespace Farthing.Doctor;

/// <summary>What the gateway's caches need: the embedder, the guard's lists, the store. A cache that is wanted and can't work is a problem.</summary>
internal static class GatewayCacheChecks
{
    /// <summary>Looks at all of it.</summary>
    /// <param name="options">The caches as configured.</param>
    /// <param name="data">The data folder.</param>
    /// <param name="lists">The folder that the paths of lists begin at.</param>
    /// <param name="embedder">The directory of the sentence embedder.</param>
    public static IEnumerable<Check> Run(SemanticCacheOptions options, DataFolder data, string lists, string embedder)
    {
        if (!options.Enabled)
        {
            yield break;
        }

        if (options.Semantic)
        {
            yield return options.Embedder is { } target
                ? Check.Ok("cache embedder", $"{target}; its calls are booked as attempts")
                : Embedder(embedder);
            yield return Lists(options, lists);
        }

        yield return options.Store switch
        {
            CacheStore.Memory => Check.Ok("cache store", "memory: answers go with the process"),
            CacheStore.Redis => Redis(options.Redis!),
            _ => Sqlite(data.Path),
        };
    }

    private static Check Embedder(string directory)
    {
        const string mend = "Set FARTHING_HOME to the folder of 'models', name a provider's model with semantic_cache.embedder, or write semantic: false.";
        try
        {
            using SentenceEmbedder embedder = SentenceEmbedder.Load(directory);
            int dimensions = embedder.Embed("a red mug").Values.Length;
            return Check.Ok("cache embedder", $"{directory}: embeds in {dimensions} dimensions");
        }
        catch (Exception e) when (e is ModelDirectoryException or OnnxRuntimeException or IOException or UnauthorizedAccessException or InvalidDataException)
        {
            return Check.Problem("cache embedder", $"{directory} can't be used: {e.Message}", mend);
        }
    }

    private static Check Lists(SemanticCacheOptions options, string folder)
    {
        try
        {
            _ = GuardSet.Load(options, folder);
            int count = options.Lists.Count + options.Tenants.Values.Sum(static tenant => tenant.Lists.Count);
            return Check.Ok("cache guard", count == 0 ? "the built-in lists" : $"the built-in lists and {count} more");
        }
        catch (Exception e) when (e is GuardListsException or IOException or UnauthorizedAccessException)
        {
            return Check.Problem("cache guard", e.Message, "Mend the lists that semantic_cache names.");
        }
    }

    private static Check Sqlite(string folder)
    {
        string path = Path.Combine(folder, SqliteAnswerStore.FileName);
        try
        {
            SqliteAnswerStore.Probe(folder);
            return Check.Ok("cache store", File.Exists(path) ? $"{path}, {Bytes.Text(new FileInfo(path).Length)}" : $"{path}: none yet; serve makes it");
        }
        catch (SqliteException e)
        {
            return e.SqliteErrorCode is 11 or 26
                ? Check.Warning("cache store", $"{path} is damaged: {e.Message}", "Nothing: serve puts it aside and begins a new one.")
                : Check.Problem("cache store", $"{path} can't be written: {e.Message}", "Change its permissions, stop what holds it, or name another folder with --data.");
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return Check.Problem("cache store", $"{path} can't be used: {e.Message}", "Move it away, or name another folder with --data.");
        }
    }

    private static Check Redis(Secret address)
    {
        try
        {
            return Check.Ok("cache store", RedisAnswerStore.Reach(address)
                ? "Redis is there and has vector sets"
                : "Redis is there; without vector sets the index is in the process");
        }
        catch (Exception e) when (e is RedisException or RedisCommandException or TimeoutException)
        {
            var url = new Uri(address.Reveal());
            string fault = e is RedisConnectionException or TimeoutException ? "reached" : "used";
            return Check.Problem("cache store", $"Redis at {url.Host} can't be {fault}: {e.Message}", "Start it, mend semantic_cache.store, or write store: sqlite.");
        }
    }
}
