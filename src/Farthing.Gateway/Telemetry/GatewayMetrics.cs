using System.Collections.Concurrent;
using System.Diagnostics;
using System.Diagnostics.Metrics;
using Farthing.Gateway.Booking;
using Farthing.Ledger.Money;

namespace Farthing.Gateway.Telemetry;

/// <summary>
/// The gateway's instruments: OpenTelemetry's for generative AI and its own. Money is a floating-point number here, for display; what is exact
/// is in the ledger.
/// </summary>
/// <remarks>Without a listener an instrument costs a branch. A label is never a prompt or a key.</remarks>
public sealed class GatewayMetrics : IDisposable
{
    /// <summary>The name of the meter.</summary>
    public const string MeterName = "Farthing.Gateway";

    /// <summary>The label of a model beyond the first some hundreds, since clients may write any name.</summary>
    public const string OtherModel = "other";

    private const int MaxModels = 300;

    private readonly ConcurrentDictionary<string, bool> _models = new(StringComparer.Ordinal);
    private readonly Meter _meter;
    private readonly Histogram<double> _duration;
    private readonly Histogram<long> _tokens;
    private readonly Counter<long> _attempts;
    private readonly Counter<long> _calls;
    private readonly Histogram<double> _callDuration;
    private readonly Counter<long> _fallbacks;
    private readonly Counter<double> _cost;
    private readonly Counter<long> _unpriced;
    private readonly Counter<long> _cache;
    private int _modelCount;

    /// <summary>Makes the instruments.</summary>
    public GatewayMetrics()
    {
        _meter = new Meter(MeterName);

        // https://opentelemetry.io/docs/specs/semconv/gen-ai/gen-ai-metrics/ advises these buckets.
        _duration = _meter.CreateHistogram("gen_ai.client.operation.duration", "s", "How long attempts at providers took.", null, new InstrumentAdvice<double>
        {
            HistogramBucketBoundaries = [0.01, 0.02, 0.04, 0.08, 0.16, 0.32, 0.64, 1.28, 2.56, 5.12, 10.24, 20.48, 40.96, 81.92],
        });
        _tokens = _meter.CreateHistogram("gen_ai.client.token.usage", "{token}", "Tokens of attempts.", null, new InstrumentAdvice<long>
        {
            HistogramBucketBoundaries = [1, 4, 16, 64, 256, 1024, 4096, 16384, 65536, 262144, 1048576, 4194304, 16777216, 67108864],
        });
        _callDuration = _meter.CreateHistogram("farthing.call.duration", "s", "How long clients' calls took, to their last byte.", null, new InstrumentAdvice<double>
        {
            HistogramBucketBoundaries = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 120],
        });
        _calls = _meter.CreateCounter<long>("farthing.calls", "{call}", "Clients' calls by path and status.");
        _attempts = _meter.CreateCounter<long>("farthing.attempts", "{attempt}", "Attempts at providers by outcome and fault.");
        _fallbacks = _meter.CreateCounter<long>("farthing.fallbacks", "{call}", "Calls that another target than the first answered.");
        _cost = _meter.CreateCounter<double>("farthing.cost", "USD", "What attempts cost. For display: the exact sum is in the ledger.");
        _unpriced = _meter.CreateCounter<long>("farthing.attempts.unpriced", "{attempt}", "Attempts with tokens that have no price and are in no sum.");
        _cache = _meter.CreateCounter<long>("farthing.cache.results", "{lookup}", "Look-ups in the caches by result.");
    }

    /// <summary>What the instruments belong to, for who listens to those of this process's part alone.</summary>
    public Meter Meter => _meter;

    /// <summary>A look-up in a cache.</summary>
    /// <param name="kind">What came of it, such as <c>exact</c>, <c>semantic</c>, <c>miss</c> or <c>refused</c>: a word of a few, never a client's text.</param>
    public void CacheResult(string kind) => _cache.Add(1, new KeyValuePair<string, object?>("result", kind));

    /// <summary>A client's call is over.</summary>
    /// <param name="path">The path as it is mapped, such as <c>/v1/chat/completions</c>.</param>
    /// <param name="status">What it was answered.</param>
    /// <param name="took">How long it took.</param>
    public void CallEnded(string path, int status, TimeSpan took)
    {
        var tags = new TagList { { "http.route", path }, { "http.response.status_code", status } };
        _calls.Add(1, tags);
        _callDuration.Record(took.TotalSeconds, tags);
    }

    /// <summary>A value that is asked for when metrics are read.</summary>
    public void Observe(string name, string unit, string description, Func<IEnumerable<Measurement<double>>> read) =>
        _meter.CreateObservableGauge(name, read, unit, description);

    /// <inheritdoc/>
    public void Dispose() => _meter.Dispose();

    /// <summary>A call was answered by another target than its first.</summary>
    internal void FellBack(string from, string to) => _fallbacks.Add(1, new TagList { { "from", from }, { "to", to } });

    /// <summary>An attempt has ended.</summary>
    internal void AttemptEnded(AttemptRecord record, Amount cost, bool isPriced)
    {
        var model = Model(record.Model);
        _attempts.Add(1, new TagList { { "provider", record.Provider }, { "model", model }, { "outcome", record.End.Code() }, { "fault", record.Fault } });
        if (cost > Amount.Zero)
        {
            _cost.Add(cost.Units / (double)Amount.UnitsPerDollar, new TagList { { "provider", record.Provider }, { "model", model } });
        }

        if (!isPriced)
        {
            _unpriced.Add(1, new TagList { { "provider", record.Provider }, { "model", model } });
        }

        if (!_duration.Enabled && !_tokens.Enabled)
        {
            return;
        }

        var operation = new TagList
        {
            { "gen_ai.operation.name", GenAiNames.Operation(record.Shape) },
            { "gen_ai.provider.name", GenAiNames.Provider(record.Resource) },
            { "gen_ai.request.model", model },
        };
        var took = operation;
        if (record.Fault.Length > 0)
        {
            took.Add("error.type", record.Fault);
        }

        _duration.Record((record.EndedAt!.Value - record.StartedAt).TotalSeconds, took);
        Record(operation, "input", record.Tokens.Prompt);
        Record(operation, "output", record.Tokens.Completion);
    }

    private void Record(TagList tags, string type, long count)
    {
        if (count > 0)
        {
            tags.Add("gen_ai.token.type", type);
            _tokens.Record(count, tags);
        }
    }

    private string Model(string model)
    {
        if (_models.ContainsKey(model))
        {
            return model;
        }

        if (Volatile.Read(ref _modelCount) >= MaxModels)
        {
            return OtherModel;
        }

        if (_models.TryAdd(model, true))
        {
            Interlocked.Increment(ref _modelCount);
        }

        return model;
    }
}
