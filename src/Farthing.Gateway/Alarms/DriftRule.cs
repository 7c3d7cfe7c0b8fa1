using System.Globalization;
using Farthing.Ledger.Alarms;
using Farthing.Ledger.Money;

namespace Farthing.Gateway.Alarms;

/// <summary>
/// What the gateway's metrics counted and what its ledger has of the same attempts differ by more than a share of the larger: in attempts, in tokens or
/// in cost. Both are made of an attempt's end, on ways that share nothing after it: one is memory, the other journal, writer and ledger.
/// </summary>
/// <remarks>
/// A sample is taken between attempts that end, so each of its ends is uncertain by <see cref="Slack"/>. What the ledger has is therefore a range, from
/// the attempts that ended surely within to those that may have; only what metrics counted beyond that range is drift.
/// </remarks>
/// <param name="Name">Its name.</param>
/// <param name="Over">The largest share.</param>
public sealed record DriftRule(string Name, Share Over) : AlarmRule(Name)
{
    /// <summary>How far an attempt's end and its count in the metrics may lie apart. 2 s.</summary>
    public static readonly TimeSpan Slack = TimeSpan.FromSeconds(2);

    /// <summary>What ended less than so long ago is left out: the ledger's writer follows behind. 60 s.</summary>
    public static readonly TimeSpan Settling = TimeSpan.FromSeconds(60);

    /// <summary>How far back it looks, 1 to 168 hours. Default 24.</summary>
    public int Hours { get; init; } = 24;

    /// <inheritdoc/>
    public override string Limit => $"{Over} %";

    /// <inheritdoc/>
    public override string Kind => "drift";

    /// <inheritdoc/>
    public override IReadOnlyList<AlarmFinding> Look(AlarmScene scene)
    {
        ArgumentNullException.ThrowIfNull(scene);
        if (scene.Gateway is not { } books)
        {
            return [];
        }

        var to = scene.Now - Settling;
        var from = to - TimeSpan.FromHours(Hours);
        var (counted, least, most) = books.Read(transaction =>
        {
            MetricReading sum = default, low = default, high = default;
            var slack = Slack.Ticks / TimeSpan.TicksPerMicrosecond;
            foreach (var span in MetricSamples.Spans(transaction, from, to))
            {
                sum += span.Counted;
                low += MetricSamples.Booked(transaction, span.Session, span.From + slack, span.To - slack);
                high += MetricSamples.Booked(transaction, span.Session, span.From - slack, span.To + slack);
            }

            return (sum, low, high);
        });
        return
        [
            Finding("attempts", counted.Attempts, least.Attempts, most.Attempts, static value => value.ToString("N0", CultureInfo.InvariantCulture)) with { From = from, To = to },
            Finding("tokens", counted.Tokens, least.Tokens, most.Tokens, static value => value.ToString("N0", CultureInfo.InvariantCulture)) with { From = from, To = to },
            Finding("cost", counted.Cost, least.Cost, most.Cost, static value => new Amount(value).ToString()) with { From = from, To = to },
        ];
    }

    private AlarmFinding Finding(string what, long counted, long least, long most, Func<long, string> say)
    {
        var ledger = Math.Clamp(counted, Math.Min(least, most), most);
        var (drift, larger) = (Math.Abs(counted - ledger), Math.Max(counted, ledger));
        var percent = Share.Percent(drift, larger);
        return new AlarmFinding(
            what,
            Over.IsPassedBy(drift, larger),
            larger == 0 ? "" : percent,
            Over.ToString(),
            "%",
            larger == 0
                ? $"No {what} were counted."
                : $"Metrics counted {say(counted)} of {what}, the ledger has {say(ledger)}: they drift by {percent} %; the limit is {Over} %.")
        {
            Details =
            [
                new("metrics", counted.ToString(CultureInfo.InvariantCulture)), new("ledger_least", least.ToString(CultureInfo.InvariantCulture)),
                new("ledger_most", most.ToString(CultureInfo.InvariantCulture)),
            ],
        };
    }
}
