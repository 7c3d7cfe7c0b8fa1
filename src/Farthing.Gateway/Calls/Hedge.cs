using Farthing.Gateway.Fallbacks;

namespace Farthing.Gateway.Calls;

/// <summary>What cancels one of two lanes that a call runs in; a lane that lost is to itself as if its client had left.</summary>
internal sealed class Lane : IDisposable
{
    private readonly CancellationTokenSource _lost;
    private readonly CancellationTokenSource _stop;

    public Lane(CancellationToken client, CancellationToken stop)
    {
        _lost = CancellationTokenSource.CreateLinkedTokenSource(client);
        _stop = CancellationTokenSource.CreateLinkedTokenSource(stop, _lost.Token);
    }

    /// <summary>Cancelled when the client left or the other lane has the answer.</summary>
    public CancellationToken Client => _lost.Token;

    /// <summary>Cancelled at the call's deadline too.</summary>
    public CancellationToken Stop => _stop.Token;

    /// <summary>The other lane has the answer.</summary>
    public Task LoseAsync() => _lost.CancelAsync();

    public void Dispose()
    {
        _stop.Dispose();
        _lost.Dispose();
    }
}

/// <summary>Runs a call in two lanes where the first one is slow. Both have ended, and are booked, when it returns.</summary>
/// <param name="after">How long the first lane is alone.</param>
/// <param name="time">The clock.</param>
internal sealed class Hedge(TimeSpan after, TimeProvider time)
{
    /// <summary>Runs them.</summary>
    /// <returns>The first answer or refusal of the client's own request; where neither lane has one, what the first lane came to.</returns>
    public async Task<CallResult> RunAsync(Lane first, Func<Task<CallResult>> runFirst, Lane second, Func<Task<CallResult>> runSecond, CancellationToken stop)
    {
        Task<CallResult> slow = runFirst();
        if (!await IsSlowAsync(slow, stop))
        {
            return await slow;
        }

        Task<CallResult> beside = runSecond();
        Task<CallResult> taken = await Task.WhenAny(slow, beside);
        try
        {
            if (!Decides(await taken))
            {
                taken = taken == slow ? beside : slow;
                taken = Decides(await taken) ? taken : slow;
            }

            return await taken;
        }
        finally
        {
            await (taken == slow ? EndAsync(second, beside) : EndAsync(first, slow));
        }
    }

    private async Task<bool> IsSlowAsync(Task<CallResult> slow, CancellationToken stop)
    {
        using var enough = CancellationTokenSource.CreateLinkedTokenSource(stop);
        Task waited = Task.Delay(after, time, enough.Token);
        bool isSlow = await Task.WhenAny(slow, waited) == waited && !stop.IsCancellationRequested;
        await enough.CancelAsync();
        return isSlow;
    }

    private static bool Decides(CallResult result) => result is { Error: null, IsCancelled: false, Served.Fault: AttemptFault.None or AttemptFault.Rejected };

    /// <summary>Ends a lane whose answer is not taken, and lets it go if it came all the same.</summary>
    private static async Task EndAsync(Lane lane, Task<CallResult> task)
    {
        await lane.LoseAsync();
        await ((Task)task).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        if (task.IsCompletedSuccessfully && (await task).Served?.Stream is { } stream)
        {
            stream.Abandon(AttemptFault.Cancelled);
            stream.Dispose();
        }
    }
}
