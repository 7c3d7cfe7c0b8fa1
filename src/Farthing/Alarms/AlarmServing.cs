using Farthing.Gateway.Alarms;
using Farthing.Gateway.Configuration;
using Farthing.Gateway.Telemetry;
using Farthing.Ledger.Alarms;
using Farthing.Ledger.Storage;
using Microsoft.Extensions.Logging;

namespace Farthing.Alarms;

/// <summary>The process that alarms are served by.</summary>
/// <param name="Metrics">What it measures.</param>
/// <param name="Session">Its journal's session.</param>
/// <param name="Time">The clock.</param>
/// <param name="Random">Numbers from 0 up to and without 1.</param>
internal sealed record AlarmMeans(GatewayMetrics Metrics, string Session, TimeProvider Time, Func<double> Random);

/// <summary>Watches and tells while a server runs: one loop evaluates, the other sends what is due, so that a slow receiver delays no evaluation.</summary>
internal sealed partial class AlarmServing : IDisposable
{
    private static readonly TimeSpan Beat = TimeSpan.FromSeconds(2);

    private readonly Func<AlarmOptions?> _options;
    private readonly LedgerStore _file;
    private readonly AlarmMeans _means;
    private readonly ILogger _log;
    private readonly AlarmWatch _watch;
    private readonly Outbox _outbox;
    private readonly HashSet<string> _told = new(StringComparer.Ordinal);
    private MetricSampler? _sampler;
    private WebhookSender? _sender;

    private AlarmServing(Func<AlarmOptions?> options, LedgerStore file, AlarmMeans means, ILogger log)
    {
        (_options, _file, _means, _log) = (options, file, means, log);
        _watch = new AlarmWatch(file, means.Time);
        _outbox = new Outbox(file, means.Session, means.Time);
    }

    /// <summary>Opens what is needed; null where the configuration watches nothing.</summary>
    /// <param name="options">The configuration in force.</param>
    /// <param name="file">The ledger, with the gateway's tables.</param>
    /// <param name="means">What the process has.</param>
    /// <param name="log">Hears what a person should know.</param>
    public static AlarmServing? Open(Func<AlarmOptions?> options, LedgerStore file, AlarmMeans means, ILoggerFactory log)
    {
        if (options() is not { } started)
        {
            return null;
        }

        var serving = new AlarmServing(options, file, means, log.CreateLogger<AlarmServing>());
        serving.CountFor(started);
        return serving;
    }

    /// <summary>Watches and sends until it is stopped.</summary>
    public Task RunAsync(CancellationToken stop) => Task.WhenAll(
        EveryAsync(() => _options()?.Check ?? Beat, WatchAsync, stop),
        EveryAsync(static () => Beat, SendAsync, stop));

    /// <summary>Writes down what metrics counted last, when the last attempt has ended.</summary>
    public void End()
    {
        try
        {
            _sampler?.Sample();
        }
        catch (LedgerException error)
        {
            LogProblem(error.Message);
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _sampler?.Dispose();
        _sender?.Dispose();
    }

    private Task WatchAsync(CancellationToken stop)
    {
        if (_options() is not { } options)
        {
            return Task.CompletedTask;
        }

        CountFor(options);
        _sampler?.Sample();
        AlarmRound round = _watch.Look(options);
        foreach (AlarmChange change in round.Changes)
        {
            LogChange(change.State.Code(), change.Alarm, change.Subject.Length == 0 ? "" : $" ({change.Subject})", change.Summary);
        }

        foreach (AlarmLook look in round.Looks.Where(look => look.Problem is not null && _told.Add(look.Problem)))
        {
            LogNotJudged(look.Rule.Name, look.Problem!);
        }

        return Task.CompletedTask;
    }

    private async Task SendAsync(CancellationToken stop)
    {
        WebhookOptions? webhook = _options()?.Webhook;
        if (!ReferenceEquals(webhook, _sender?.Options))
        {
            _sender?.Dispose();
            _sender = webhook is null ? null : new WebhookSender(webhook, _outbox, _means.Time, _means.Random);
        }

        if (_sender is not null)
        {
            foreach (string failure in (await _sender.SendDueAsync(stop)).Failures)
            {
                LogNotDelivered(failure);
            }
        }
    }

    /// <summary>Metrics are counted from the moment that a rule wants them.</summary>
    private void CountFor(AlarmOptions options)
    {
        if (_sampler is null && options.Rules.Any(static rule => rule is DriftRule))
        {
            _sampler = new MetricSampler(_means.Metrics, _means.Session, _file, _means.Time);
        }
    }

    /// <summary>A loop that nothing but its end ends: a problem is told once, and tried again.</summary>
    private async Task EveryAsync(Func<TimeSpan> rest, Func<CancellationToken, Task> work, CancellationToken stop)
    {
        try
        {
            while (!stop.IsCancellationRequested)
            {
                try
                {
                    await work(stop);
                }
                catch (Exception error) when (error is not OperationCanceledException || !stop.IsCancellationRequested)
                {
                    LogProblem(error.Message);
                }

                await Task.Delay(rest(), _means.Time, stop);
            }
        }
        catch (OperationCanceledException) when (stop.IsCancellationRequested)
        {
            // Stopped.
        }
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "Alarm {State}: {Alarm}{Subject}: {Summary}")]
    private partial void LogChange(string state, string alarm, string subject, string summary);

    [LoggerMessage(Level = LogLevel.Warning, Message = "The alarm {Alarm} can't be judged, and stays as it is: {Reason}")]
    private partial void LogNotJudged(string alarm, string reason);

    [LoggerMessage(Level = LogLevel.Warning, Message = "An alarm was not delivered: {Failure}")]
    private partial void LogNotDelivered(string failure);

    [LoggerMessage(Level = LogLevel.Warning, Message = "Alarms are behind and go on: {Reason}")]
    private partial void LogProblem(string reason);
}
