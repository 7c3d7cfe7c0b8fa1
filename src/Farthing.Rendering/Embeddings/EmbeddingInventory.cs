using Farthing.Diffusion.Pipelines;
using Farthing.Diffusion.Sessions;

namespace Farthing.Rendering.Embeddings;

/// <summary>How an encoder in a store stands to what is on the disk now.</summary>
public enum EncoderState
{
    /// <summary>It is one of the asked model's.</summary>
    Current,

    /// <summary>The directory that it was loaded from has other files now, or is gone: its entries are never found again.</summary>
    Stale,

    /// <summary>It belongs to another directory, which was not looked at.</summary>
    Other,
}

/// <summary>An encoder's entries and its state.</summary>
/// <param name="State">How it stands.</param>
/// <param name="Statistics">Its entries.</param>
public sealed record InventoryRow(EncoderState State, EncoderStatistics Statistics);

/// <summary>Looks into a store without rendering. Unlike in a render, a store that can't be used is an error here.</summary>
public sealed class EmbeddingInventory : IDisposable
{
    private readonly IEmbeddingStore _store;

    private EmbeddingInventory(IEmbeddingStore store) => _store = store;

    /// <summary>The store for people; it holds no secret.</summary>
    public string Name => _store.Name;

    /// <summary>Opens a store.</summary>
    /// <exception cref="EmbeddingStoreException">It can't be used, or nothing outlives the process.</exception>
    public static EmbeddingInventory Open(EmbeddingOptions options, string dataFolder, TimeProvider time)
    {
        ArgumentNullException.ThrowIfNull(options);
        if (options.Place is EmbeddingPlace.Folder { Path: var folder } && !File.Exists(Path.Combine(folder ?? dataFolder, SqliteEmbeddingStore.FileName)))
        {
            throw new EmbeddingStoreException($"No text embeddings are kept in '{folder ?? dataFolder}' yet. Render something first, or name another folder with --embeddings or --data.");
        }

        return new EmbeddingInventory(Guard(options.Place is EmbeddingPlace.Redis { Address: var address } ? address.Shown : SqliteEmbeddingStore.FileName, () => EmbeddingCache.OpenStore(options, dataFolder, time, static _ => { }))
            ?? throw new EmbeddingStoreException("Text embeddings are kept nowhere with these options. Name a folder or a Redis server with --embeddings."));
    }

    /// <summary>What is kept.</summary>
    /// <param name="model">The directory of the model whose encoders are current.</param>
    /// <exception cref="EmbeddingStoreException">The store can't be read.</exception>
    public IReadOnlyList<InventoryRow> Read(string model)
    {
        var rows = Guard(_store.Statistics);
        var current = Current(model);
        string root = Path.GetFullPath(model);
        return [.. rows.Select(row => new InventoryRow(
            current.Contains(row.Encoder) ? EncoderState.Current
            : row.Model == root || !Directory.Exists(row.Model) ? EncoderState.Stale
            : EncoderState.Other,
            row))];
    }

    /// <summary>Removes everything.</summary>
    /// <exception cref="EmbeddingStoreException">The store can't be written.</exception>
    public long Clear() => Guard(() => _store.Clear(null));

    /// <inheritdoc/>
    public void Dispose() => _store.Dispose();

    private static HashSet<string> Current(string model)
    {
        try
        {
            using var prompts = PromptEncoder.Open(model);
            return [.. prompts.Encoders.Select(encoder => TextEncoderIdentity.Compute(model, encoder))];
        }
        catch (ModelDirectoryException)
        {
            return [];
        }
    }

    private T Guard<T>(Func<T> call) => Guard(Name, call);

    private static T Guard<T>(string name, Func<T> call)
    {
        try
        {
            return call();
        }
        catch (Exception e) when (e is not EmbeddingStoreException)
        {
            throw new EmbeddingStoreException($"The store of text embeddings, {name}, can't be used: {e.Message.Split('\n', 2)[0].TrimEnd('.')}. Check that it runs and may be reached, or name another with --embeddings.", e);
        }
    }
}

/// <summary>A store of text embeddings can't be looked into; the message says what to mend.</summary>
public sealed class EmbeddingStoreException(string message, Exception? inner = null) : Exception(message, inner);
