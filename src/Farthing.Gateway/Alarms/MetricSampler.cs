using Farthing.Gateway.Telemetry;
using Farthing.Ledger.Storage;

namespace Farthing.Gateway.Alarms;

/// <summary>
/// Writes down what this process's metrics have counted, so that it can be held against the ledger when the process is gone: counters begin at
/// nothing with every start, so each process's samples stand by themselves.
/// </summary>
public sealed class MetricSampler : IDisposable
{
    // What does not change is written down so often all the same, so that rows of the ledger that no metric counted are found.
    private static readonly TimeSpan AtLeast = TimeSpan.FromMinutes(10);

    private readonly MetricCounters _counters;
    private readonly string _session;
    private readonly LedgerStore _file;
    private readonly TimeProvider _time;
    private (MetricReading Reading, DateTimeOffset At)? _last;

    /// <summary>Begins to count.</summary>
    /// <param name="metrics">The process's instruments.</param>
    /// <param name="session">The journal's session, which attempts are booked under.</param>
    /// <param name="file">The gateway's books, with the gateway's tables.</param>
    /// <param name="time">The clock.</param>
    public MetricSampler(GatewayMetrics metrics, string session, LedgerStore file, TimeProvider time)
    {
        (_session, _file, _time) = (session, file, time);
        _counters = new MetricCounters(metrics);
    }

    /// <summary>Writes a sample, where there is something new to write or it was long ago.</summary>
    /// <exception cref="LedgerException">The file can't be written.</exception>
    public void Sample()
    {
        var (reading, now) = (_counters.Read(), _time.GetUtcNow());
        if (_last is { } last && last.Reading == reading && now < last.At + AtLeast)
        {
            return;
        }

        _file.Write(transaction => MetricSamples.Add(transaction, _session, now, reading));
        _last = (reading, now);
    }

    /// <inheritdoc/>
    public void Dispose() => _counters.Dispose();
}
