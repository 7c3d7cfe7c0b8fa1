namespace Farthing.Drills.Outage;

/// <summary>
/// Calls at a steady rate, whatever becomes of those before: a slow answer does not slow the arrival, and a call's time counts from when
/// it was due.
/// </summary>
/// <param name="call">Makes one call.</param>
/// <param name="time">The clock.</param>
internal sealed class CaptionLoad(CaptionCall call, TimeProvider time)
{
    // A client whose connection broke comes again, as SDKs do, for so long.
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(1);
    private static readonly TimeSpan Rest = TimeSpan.FromMilliseconds(50);
    private int _underWay;

    /// <summary>Calls that have begun and have no answer yet.</summary>
    public int UnderWay => Volatile.Read(ref _underWay);

    /// <summary>Makes all calls.</summary>
    public async Task<IReadOnlyList<CallSeen>> RunAsync(OutageOptions options, CancellationToken cancellation)
    {
        var calls = new Task<CallSeen>[options.Calls];
        long start = time.GetTimestamp();
        for (int i = 0; i < calls.Length; i++)
        {
            TimeSpan due = TimeSpan.FromSeconds(options.Seconds * i / calls.Length);
            TimeSpan wait = due - time.GetElapsedTime(start);
            if (wait > TimeSpan.Zero)
            {
                await Task.Delay(wait, time, cancellation);
            }

            calls[i] = MakeAsync(i, due, start, cancellation);
        }

        return await Task.WhenAll(calls);
    }

    private async Task<CallSeen> MakeAsync(int number, TimeSpan due, long start, CancellationToken cancellation)
    {
        Interlocked.Increment(ref _underWay);
        int broken = 0;
        try
        {
            while (true)
            {
                try
                {
                    var (fault, id, tokens) = await call.MakeAsync(number, cancellation);
                    return new CallSeen(due, time.GetElapsedTime(start) - due, fault) { RequestId = id, Tokens = tokens, Broken = broken };
                }
                catch (Exception error) when (error is HttpRequestException or IOException)
                {
                    broken++;
                    if (time.GetElapsedTime(start) - due > Patience)
                    {
                        return new CallSeen(due, time.GetElapsedTime(start) - due, error.Message) { Broken = broken };
                    }
                }

                await Task.Delay(Rest, time, cancellation);
            }
        }
        finally
        {
            Interlocked.Decrement(ref _underWay);
        }
    }
}
