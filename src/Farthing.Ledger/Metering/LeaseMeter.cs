using Farthing.Ledger.Money;
using Farthing.Ledger.Posting;

namespace Farthing.Ledger.Metering;

/// <summary>
/// Meters one leased device. Every microsecond that passes is divided among the activities that are running, in
/// proportion to their weights; where none is, it is idle. Nothing is lost: finished + active + idle = elapsed.
/// </summary>
/// <remarks>
/// Shares are kept in 2⁻²⁰ µs, and the shares of an interval sum to it exactly. An activity that ends is given whole
/// microseconds; the fraction that is left goes to the next one that ends. Safe for threads.
/// </remarks>
public sealed class LeaseMeter
{
    private const int FractionBits = 20;
    private readonly Lock _gate = new();
    private readonly TimeProvider _time;
    private readonly long _start;
    private readonly List<MeterActivity> _active = [];
    private readonly long[] _finished = new long[StageNames.All.Count];
    private Int128 _carry;
    private long _elapsed;
    private long _idle;

    /// <summary>Starts to meter, at a clock that never goes back (<see cref="TimeProvider.GetTimestamp"/>).</summary>
    public LeaseMeter(TimeProvider time)
    {
        ArgumentNullException.ThrowIfNull(time);
        _time = time;
        _start = time.GetTimestamp();
    }

    /// <summary>Begins an activity, which shares the device from now until it ends.</summary>
    /// <param name="stage">What it does: a stage of a render, or <see cref="Stage.WarmUp"/>.</param>
    /// <param name="key">Its batch, for whoever reads a snapshot.</param>
    /// <param name="weight">The cores it uses, from 1.</param>
    public MeterActivity Begin(Stage stage, string key, int weight)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(weight, 1);
        if (!stage.IsOfRender() && stage != Stage.WarmUp)
        {
            throw new ArgumentOutOfRangeException(nameof(stage), stage, "Only a render's stage and the warm-up are activities.");
        }

        var activity = new MeterActivity(this, stage, key, weight);
        lock (_gate)
        {
            Advance();
            _active.Add(activity);
        }

        return activity;
    }

    /// <summary>Everything up to now.</summary>
    public MeterSnapshot Snapshot()
    {
        lock (_gate)
        {
            Advance();
            var carry = _carry;
            return new MeterSnapshot
            {
                Elapsed = new DeviceTime(_elapsed),
                Idle = new DeviceTime(_idle),
                Finished = StageNames.All
                    .Where(stage => _finished[(int)stage] != 0)
                    .ToDictionary(static stage => stage, stage => new DeviceTime(_finished[(int)stage])),
                Active = [.. _active.Select(each => new ActivityTime(each.Stage, each.Key, Whole(each.Fractions, ref carry)))],
            };
        }
    }

    internal DeviceTime End(MeterActivity activity)
    {
        lock (_gate)
        {
            if (activity.Ended is { } time)
            {
                return time;
            }

            Advance();
            _active.Remove(activity);
            var ended = Whole(activity.Fractions, ref _carry);
            activity.Ended = ended;
            _finished[(int)activity.Stage] += ended.Microseconds;
            return ended;
        }
    }

    /// <summary>Whole microseconds of some fractions and the carry, which keeps the rest.</summary>
    private static DeviceTime Whole(Int128 fractions, ref Int128 carry)
    {
        var sum = fractions + carry;
        var whole = sum >> FractionBits;
        carry = sum - (whole << FractionBits);
        return new DeviceTime((long)whole);
    }

    /// <summary>Divides the time since the last change. Each share is the rise of a rounded-down running sum, so they sum exactly.</summary>
    private void Advance()
    {
        var now = (long)((Int128)(_time.GetTimestamp() - _start) * 1_000_000 / _time.TimestampFrequency);
        var passed = Math.Max(0, now - _elapsed);
        _elapsed += passed;
        if (_active.Count == 0)
        {
            _idle += passed;
            return;
        }

        var weights = 0L;
        foreach (var activity in _active)
        {
            weights += activity.Weight;
        }

        var interval = (Int128)passed << FractionBits;
        var sum = 0L;
        Int128 given = 0;
        foreach (var activity in _active)
        {
            sum += activity.Weight;
            var upTo = interval * sum / weights;
            activity.Fractions += upTo - given;
            given = upTo;
        }
    }
}
