using System.Diagnostics.Metrics;
using Farthing.Gateway.Telemetry;
using Farthing.Ledger.Money;

namespace Farthing.Gateway.Alarms;

/// <summary>Listens to the instruments that <c>/metrics</c> is made of, and adds up what they are told.</summary>
internal sealed class MetricCounters : IDisposable
{
    private readonly MeterListener _listener = new();
    private long _attempts;
    private long _tokens;
    private long _cost;

    public MetricCounters(GatewayMetrics metrics)
    {
        _listener.InstrumentPublished = (instrument, listener) =>
        {
            if (ReferenceEquals(instrument.Meter, metrics.Meter) && instrument.Name is "farthing.attempts" or "gen_ai.client.token.usage" or "farthing.cost")
            {
                listener.EnableMeasurementEvents(instrument);
            }
        };
        _listener.SetMeasurementEventCallback<long>((instrument, value, _, _) =>
            Interlocked.Add(ref instrument.Name == "farthing.attempts" ? ref _attempts : ref _tokens, value));

        // A measurement is one attempt's cost, whose floating-point number has more digits than an attempt's units.
        _listener.SetMeasurementEventCallback<double>((_, value, _, _) => Interlocked.Add(ref _cost, (long)Math.Round(value * Amount.UnitsPerDollar)));
        _listener.Start();
    }

    public MetricReading Read() => new(Interlocked.Read(ref _attempts), Interlocked.Read(ref _tokens), Interlocked.Read(ref _cost));

    public void Dispose() => _listener.Dispose();
}
