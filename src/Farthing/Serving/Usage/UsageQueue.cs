using System.Threading.Channels;
using Farthing.Gateway.Configuration;
using Farthing.Ledger.Usage;
using Microsoft.Extensions.Logging;

namespace Farthing.Serving.Usage;

/// <summary>
/// Lets many requests share one commit: while one group is written, the next gathers. A request is answered when its group is on the disk.
/// </summary>
/// <param name="inbox">The ledger.</param>
/// <param name="options">The queue's bound, and when a silent lease is settled.</param>
/// <param name="time">The clock.</param>
/// <param name="log">Hears what a person should know.</param>
internal sealed partial class UsageQueue(UsageInbox inbox, UsageOptions options, TimeProvider time, ILogger<UsageQueue> log)
{
    // Enough for a commit to weigh little, and few enough for nobody to wait long.
    private const int GroupSize = 4_000;
    private static readonly TimeSpan Round = TimeSpan.FromSeconds(5);

    private readonly Channel<Waiting> _waiting = Channel.CreateUnbounded<Waiting>(new UnboundedChannelOptions { SingleReader = true });
    private int _events;

    /// <summary>Events that wait or are being written.</summary>
    public int Count => Volatile.Read(ref _events);

    /// <summary>Takes events to be posted; null when too many wait already.</summary>
    /// <returns>What became of them, when it is on the disk. It fails with the ledger's exception where they could not be written.</returns>
    public Task<IReadOnlyList<UsageResult>>? TryPost(IReadOnlyList<UsageEvent> events)
    {
        // One batch may be longer than the queue's bound: alone it is taken.
        int before = Interlocked.Add(ref _events, events.Count) - events.Count;
        if (before > 0 && before + events.Count > options.MaxQueued)
        {
            Interlocked.Add(ref _events, -events.Count);
            return null;
        }

        var waiting = new Waiting(events, new TaskCompletionSource<IReadOnlyList<UsageResult>>(TaskCreationOptions.RunContinuationsAsynchronously));
        if (!_waiting.Writer.TryWrite(waiting))
        {
            Interlocked.Add(ref _events, -events.Count);
            return null;
        }

        return waiting.Done.Task;
    }

    /// <summary>Writes until it is stopped, then what is left.</summary>
    public async Task RunAsync(CancellationToken stop)
    {
        // Writing waits for the disk, which would hold a thread of the requests.
        Task reaping = ReapAsync(stop);
        await Task.Factory.StartNew(Write, CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default).WaitAsync(CancellationToken.None);
        await reaping;
        return;

        void Write()
        {
            using CancellationTokenRegistration ending = stop.Register(() => _waiting.Writer.TryComplete());
            while (_waiting.Reader.WaitToReadAsync(CancellationToken.None).AsTask().GetAwaiter().GetResult())
            {
                List<Waiting> group = [];
                int size = 0;
                while (size < GroupSize && _waiting.Reader.TryRead(out Waiting? next))
                {
                    group.Add(next);
                    size += next.Events.Count;
                }

                Post(group, size);
            }
        }
    }

    private void Post(List<Waiting> group, int size)
    {
        try
        {
            IReadOnlyList<UsageResult> results;
            lock (inbox)
            {
                results = inbox.Post(group.Count == 1 ? group[0].Events : [.. group.SelectMany(static waiting => waiting.Events)], time.GetUtcNow());
            }

            int place = 0;
            foreach (Waiting waiting in group)
            {
                waiting.Done.SetResult([.. results.Skip(place).Take(waiting.Events.Count)]);
                place += waiting.Events.Count;
            }
        }
        catch (Exception error)
        {
            // Whatever it was, no request may wait for ever, and the next group may fare better.
            LogUnwritten(size, error.Message);
            group.ForEach(waiting => waiting.Done.TrySetException(error));
        }
        finally
        {
            Interlocked.Add(ref _events, -size);
        }
    }

    private async Task ReapAsync(CancellationToken stop)
    {
        using var timer = new PeriodicTimer(Round, time);
        DateTimeOffset started = time.GetUtcNow();
        try
        {
            while (await timer.WaitForNextTickAsync(stop))
            {
                // While this server was down nobody could be heard, so its start counts as a sign of life.
                DateTimeOffset since = time.GetUtcNow() - options.LeaseTimeout;
                if (since > started)
                {
                    Reap(since);
                }
            }
        }
        catch (OperationCanceledException)
        {
            // Stopped.
        }
    }

    private void Reap(DateTimeOffset since)
    {
        try
        {
            IReadOnlyList<string> reaped;
            lock (inbox)
            {
                reaped = inbox.ReapSilent(since);
            }

            foreach (string lease in reaped)
            {
                LogReaped(lease, options.LeaseTimeout.TotalSeconds);
            }
        }
        catch (Exception error) when (error is Ledger.Storage.LedgerException or OverflowException)
        {
            LogUnreaped(error.Message);
        }
    }

    [LoggerMessage(Level = LogLevel.Error, Message = "{Count} events of usage could not be written, their senders were asked to come again: {Reason}")]
    private partial void LogUnwritten(int count, string reason);

    [LoggerMessage(Level = LogLevel.Warning, Message = "The lease '{Lease}' was silent for {Seconds} s and is settled by its last heartbeat.")]
    private partial void LogReaped(string lease, double seconds);

    [LoggerMessage(Level = LogLevel.Warning, Message = "Silent leases can't be settled now: {Reason}")]
    private partial void LogUnreaped(string reason);

    private sealed record Waiting(IReadOnlyList<UsageEvent> Events, TaskCompletionSource<IReadOnlyList<UsageResult>> Done);
}
