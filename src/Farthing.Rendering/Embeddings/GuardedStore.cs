namespace Farthing.Rendering.Embeddings;

/// <summary>
/// A store that can't fail: what it throws becomes "not there", and it is left alone for a while that doubles from one second to a
/// minute, so that a server that is down or slow costs one waiting time now and then and not one a render.
/// </summary>
internal sealed class GuardedStore(IEmbeddingStore store, TimeProvider time) : IDisposable
{
    private static readonly TimeSpan ShortestPause = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan LongestPause = TimeSpan.FromMinutes(1);

    private readonly Lock _gate = new();
    private TimeSpan _pause = ShortestPause;
    private DateTimeOffset _closedUntil = DateTimeOffset.MinValue;
    private string? _warning;
    private bool _warned;

    /// <summary>Calls that failed.</summary>
    public long Failures { get; private set; }

    /// <summary>Finds entries; null for each that is not there or can't be read.</summary>
    public IReadOnlyList<byte[]?> Find(IReadOnlyList<StoredKey> keys) => Try(s => s.Find(keys)) ?? new byte[]?[keys.Count];

    /// <summary>Calls a store's method, if the store is to be used now.</summary>
    public void Do(Action<IEmbeddingStore> call) => Try(s =>
    {
        call(s);
        return s;
    });

    /// <summary>The first failure, told once, for people; null where there is nothing new to tell.</summary>
    public string? TakeWarning()
    {
        lock (_gate)
        {
            string? warning = _warning;
            _warning = null;
            return warning;
        }
    }

    /// <summary>Closes the store.</summary>
    public void Dispose()
    {
        Do(static s => s.Dispose());
    }

    private T? Try<T>(Func<IEmbeddingStore, T> call)
        where T : class
    {
        lock (_gate)
        {
            if (time.GetUtcNow() < _closedUntil)
            {
                return null;
            }
        }

        try
        {
            T result = call(store);
            lock (_gate)
            {
                _pause = ShortestPause;
            }

            return result;
        }
        catch (Exception e)
        {
            // Whatever a server or a file does, texts can be encoded without it.
            Close(e);
            return null;
        }
    }

    private void Close(Exception e)
    {
        lock (_gate)
        {
            Failures++;
            _closedUntil = time.GetUtcNow() + _pause;
            _pause = _pause * 2 < LongestPause ? _pause * 2 : LongestPause;
            if (!_warned)
            {
                _warned = true;
                _warning = $"The text embeddings in {store.Name} can't be used ({Line(e.Message)}); texts are encoded meanwhile, and it is tried again.";
            }
        }
    }

    private static string Line(string message)
    {
        string line = message.Split('\n', 2)[0].Trim().TrimEnd('.');
        return line.Length <= 160 ? line : line[..157] + "...";
    }
}
