using System.IO.Pipelines;

namespace Farthing.Gateway.Caching;

/// <summary>A stream that one writer records and any number of clients play, from its start, while it comes.</summary>
/// <param name="limit">Most bytes; a longer stream is told to end.</param>
public sealed class StreamTape(int limit) : PipeWriter
{
    private readonly Lock _gate = new();
    private byte[] _bytes = new byte[4096];
    private int _written;
    private int _published;
    private TaskCompletionSource _changed = New();

    /// <summary>Whether it is longer than it may be.</summary>
    public bool IsTooLong => _published > limit;

    /// <summary>What a client is told that the call was; null until the stream has ended whole.</summary>
    public CachedAnswer? Answer { get; private set; }

    /// <summary>All that was recorded.</summary>
    public ReadOnlyMemory<byte> Recorded
    {
        get
        {
            lock (_gate)
            {
                return _bytes.AsMemory(0, _published);
            }
        }
    }

    private bool HasEnded { get; set; }

    /// <inheritdoc/>
    public override void Advance(int bytes) => _written += bytes;

    /// <inheritdoc/>
    public override Memory<byte> GetMemory(int sizeHint = 0)
    {
        var needed = _written + Math.Max(sizeHint, 1024);
        if (needed > _bytes.Length)
        {
            // Who plays it may still read the old bytes: they stay as they are.
            var longer = new byte[Math.Max(needed, _bytes.Length * 2)];
            _bytes.AsSpan(0, _written).CopyTo(longer);
            lock (_gate)
            {
                _bytes = longer;
            }
        }

        return _bytes.AsMemory(_written);
    }

    /// <inheritdoc/>
    public override Span<byte> GetSpan(int sizeHint = 0) => GetMemory(sizeHint).Span;

    /// <inheritdoc/>
    public override ValueTask<FlushResult> FlushAsync(CancellationToken cancellationToken = default)
    {
        Publish(ended: false);
        return ValueTask.FromResult(new FlushResult(isCanceled: false, isCompleted: IsTooLong));
    }

    /// <summary>Ends it.</summary>
    /// <param name="answer">The whole answer; null where it is none.</param>
    public void End(CachedAnswer? answer)
    {
        Answer = answer;
        Publish(ended: true);
    }

    /// <inheritdoc/>
    public override void Complete(Exception? exception = null) => Publish(ended: true);

    /// <inheritdoc/>
    public override void CancelPendingFlush()
    {
        // A flush never waits.
    }

    /// <summary>Plays it from its start to its end, as it comes.</summary>
    /// <param name="to">The client.</param>
    /// <param name="client">Cancelled when the client goes away.</param>
    /// <returns>Whether the client took all of it.</returns>
    public async Task<bool> PlayAsync(PipeWriter to, CancellationToken client)
    {
        ArgumentNullException.ThrowIfNull(to);
        var position = 0;
        while (true)
        {
            ReadOnlyMemory<byte> next;
            bool ended;
            Task changed;
            lock (_gate)
            {
                (next, ended, changed) = (_bytes.AsMemory(position.._published), HasEnded, _changed.Task);
            }

            if (next.Length > 0)
            {
                position += next.Length;
                var flushed = await to.WriteAsync(next, client);
                if (flushed.IsCompleted || flushed.IsCanceled)
                {
                    return false;
                }
            }
            else if (ended)
            {
                return true;
            }
            else
            {
                await changed.WaitAsync(client);
            }
        }
    }

    private void Publish(bool ended)
    {
        TaskCompletionSource changed;
        lock (_gate)
        {
            _published = _written;
            HasEnded |= ended;
            changed = _changed;
            _changed = New();
        }

        changed.SetResult();
    }

    private static TaskCompletionSource New() => new(TaskCreationOptions.RunContinuationsAsynchronously);
}
