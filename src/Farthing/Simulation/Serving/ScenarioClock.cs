namespace Farthing.Simulation.Serving;

/// <summary>The scenario's time: real time, so many times faster.</summary>
internal sealed class ScenarioClock(TimeProvider time, double scale)
{
    private long _start = time.GetTimestamp();

    /// <summary>Since the start, in the scenario's time.</summary>
    public TimeSpan Elapsed => time.GetElapsedTime(Interlocked.Read(ref _start)) * scale;

    /// <summary>Now, for <c>created</c>.</summary>
    public long UnixSeconds => time.GetUtcNow().ToUnixTimeSeconds();

    /// <summary>Begins anew.</summary>
    public void Restart() => Interlocked.Exchange(ref _start, time.GetTimestamp());

    /// <summary>How long something of the scenario takes really.</summary>
    public TimeSpan Real(TimeSpan duration) => duration / scale;

    /// <summary>Waits for some of the scenario's time.</summary>
    public Task WaitAsync(TimeSpan duration, CancellationToken cancellation) =>
        duration > TimeSpan.Zero ? Task.Delay(Real(duration), time, cancellation) : Task.CompletedTask;
}
