using Microsoft.Extensions.Logging;

namespace Farthing.Gateway.Caching;

/// <summary>A store whose faults are misses: it is left alone for a while after one, and a person is told once.</summary>
/// <param name="inner">The store.</param>
/// <param name="time">The clock.</param>
/// <param name="log">Hears of faults.</param>
internal sealed partial class GuardedAnswerStore(IAnswerStore inner, TimeProvider time, ILogger log)
{
    private static readonly TimeSpan Rest = TimeSpan.FromSeconds(5);
    private long _restsUntil;

    /// <summary>What it is called.</summary>
    public string Name => inner.Name;

    /// <summary>An answer's bytes, null for none; and whether the store could say.</summary>
    public async ValueTask<(byte[]? Bytes, bool IsKnown)> FindAsync(CacheKey key)
    {
        if (IsResting)
        {
            return default;
        }

        try
        {
            return (await inner.FindAsync(key), true);
        }
        catch (Exception error) when (error is not OperationCanceledException)
        {
            Fail(error);
            return default;
        }
    }

    /// <summary>Keeps answers, or loses them.</summary>
    public async Task SaveAsync(IReadOnlyList<StoredAnswer> answers)
    {
        if (IsResting)
        {
            return;
        }

        try
        {
            await inner.SaveAsync(answers);
        }
        catch (Exception error) when (error is not OperationCanceledException)
        {
            Fail(error);
        }
    }

    /// <summary>Adds to what the caches did; false when it could not.</summary>
    public async Task<bool> TryAddCountsAsync(IReadOnlyDictionary<string, long> counts)
    {
        if (IsResting)
        {
            return false;
        }

        try
        {
            await inner.AddCountsAsync(counts);
            return true;
        }
        catch (Exception error) when (error is not OperationCanceledException)
        {
            Fail(error);
            return false;
        }
    }

    /// <summary>Reads what finds the answers that are kept.</summary>
    public async Task LoadAsync(Action<CacheKey, DateTimeOffset, ReadOnlyMemory<byte>> found, CancellationToken stop)
    {
        try
        {
            await inner.LoadAsync(found, stop);
        }
        catch (OperationCanceledException)
        {
            // The process ends.
        }
        catch (Exception error)
        {
            Fail(error);
        }
    }

    /// <summary>Answers near an embedding by the store's own index; null where it has none, or can't say.</summary>
    public async ValueTask<IReadOnlyList<(CacheKey Key, byte[] Meaning)>?> NearestAsync(CacheKey scope, ReadOnlyMemory<float> values, int count)
    {
        if (IsResting)
        {
            return null;
        }

        try
        {
            return await inner.NearestAsync(scope, values, count);
        }
        catch (Exception error) when (error is not OperationCanceledException)
        {
            Fail(error);
            return null;
        }
    }

    /// <summary>Lets it go.</summary>
    public async ValueTask CloseAsync()
    {
        try
        {
            await inner.DisposeAsync();
        }
        catch (Exception error) when (error is not OperationCanceledException)
        {
            Fail(error);
        }
    }

    private bool IsResting => time.GetUtcNow().UtcTicks < Interlocked.Read(ref _restsUntil);

    private void Fail(Exception error)
    {
        var now = time.GetUtcNow();
        if (Interlocked.Exchange(ref _restsUntil, (now + Rest).UtcTicks) <= now.UtcTicks)
        {
            LogDown(inner.Name, Rest.TotalSeconds, error.GetBaseException().Message);
        }
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "The cache's store {Store} can't be used and is left alone for {Seconds} s; calls go on without it: {Reason}")]
    private partial void LogDown(string store, double seconds, string reason);
}
