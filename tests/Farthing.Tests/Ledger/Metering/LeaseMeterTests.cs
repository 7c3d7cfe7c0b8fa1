using CsCheck;
using Farthing.Ledger.Metering;
using Farthing.Ledger.Money;
using Farthing.Ledger.Posting;
using Microsoft.Extensions.Time.Testing;

namespace Farthing.Tests.Ledger.Metering;

public sealed class LeaseMeterTests
{
    [Fact]
    public void Time_goes_to_what_is_active_by_weight_and_else_to_idle()
    {
        var clock = new FakeTimeProvider();
        var meter = new LeaseMeter(clock);
        clock.Advance(TimeSpan.FromMicroseconds(10));
        var denoise = meter.Begin(Stage.Denoise, "batch-1", 2);
        clock.Advance(TimeSpan.FromMicroseconds(100));
        var finish = meter.Begin(Stage.FinishAndStore, "batch-0", 1);
        clock.Advance(TimeSpan.FromMicroseconds(30));
        Assert.Equal(new DeviceTime(10), finish.End());
        clock.Advance(TimeSpan.FromMicroseconds(5));
        Assert.Equal(new DeviceTime(125), denoise.End());
        clock.Advance(TimeSpan.FromMicroseconds(7));

        var snapshot = meter.Snapshot();
        Assert.Equal(new DeviceTime(152), snapshot.Elapsed);
        Assert.Equal(new DeviceTime(17), snapshot.Idle);
        Assert.Equal(new DeviceTime(125), snapshot.Finished[Stage.Denoise]);
        Assert.Equal(new DeviceTime(10), snapshot.Finished[Stage.FinishAndStore]);
        Assert.Empty(snapshot.Active);
    }

    [Fact]
    public void Ending_twice_counts_once()
    {
        var clock = new FakeTimeProvider();
        var meter = new LeaseMeter(clock);
        var activity = meter.Begin(Stage.WarmUp, "", 1);
        clock.Advance(TimeSpan.FromMicroseconds(3));
        activity.Dispose();
        clock.Advance(TimeSpan.FromMicroseconds(3));
        Assert.Equal(new DeviceTime(3), activity.End());
        Assert.Equal(new DeviceTime(3), meter.Snapshot().Idle);
    }

    [Fact]
    public void Many_short_intervals_favour_no_one()
    {
        var clock = new FakeTimeProvider();
        var meter = new LeaseMeter(clock);
        MeterActivity[] three = [.. Enumerable.Range(0, 3).Select(i => meter.Begin(Stage.Denoise, i.ToString(System.Globalization.CultureInfo.InvariantCulture), 1))];
        for (var i = 0; i < 3_000; i++)
        {
            clock.Advance(TimeSpan.FromMicroseconds(1));
            meter.Snapshot();
        }

        Assert.All(three, each => Assert.InRange(each.End().Microseconds, 999, 1_001));
    }

    [Fact]
    public void Every_microsecond_is_explained_at_every_instant()
    {
        var step = Gen.Select(Gen.Int[0, 3], Gen.Int[1, 8], Gen.Long[0, 25_000]);
        step.Array[1, 80].Sample(steps =>
        {
            var clock = new FakeTimeProvider();
            var meter = new LeaseMeter(clock);
            var running = new List<MeterActivity>();
            var ended = 0L;
            var ticks = 0L;
            foreach (var (kind, weight, passed) in steps)
            {
                // Ticks of 100 ns, so that instants fall between microseconds too.
                clock.Advance(TimeSpan.FromTicks(passed));
                ticks += passed;
                if (kind == 0 && running.Count > 0)
                {
                    var index = weight % running.Count;
                    ended += running[index].End().Microseconds;
                    running.RemoveAt(index);
                }
                else if (kind < 3)
                {
                    running.Add(meter.Begin((Stage)(weight % 5), "b", weight));
                }

                var snapshot = meter.Snapshot();
                Assert.Equal(ticks / 10, snapshot.Elapsed.Microseconds);
                Assert.Equal(ended, snapshot.Finished.Values.Sum(time => time.Microseconds));
                Assert.Equal(
                    snapshot.Elapsed.Microseconds,
                    snapshot.Idle.Microseconds + ended + snapshot.Active.Sum(each => each.Time.Microseconds));
            }

            ended += running.Sum(each => each.End().Microseconds);
            var last = meter.Snapshot();
            Assert.Equal(last.Elapsed.Microseconds, last.Idle.Microseconds + ended);
        });
    }

    [Fact]
    public async Task Threads_lose_nothing()
    {
        var meter = new LeaseMeter(TimeProvider.System);
        var ended = await Task.WhenAll(Enumerable.Range(1, 4).Select(weight => Task.Run(() =>
        {
            var sum = 0L;
            for (var i = 0; i < 500; i++)
            {
                using var activity = meter.Begin(Stage.Denoise, "b", weight);
                sum += activity.End().Microseconds;
            }

            return sum;
        })));
        var snapshot = meter.Snapshot();
        Assert.Equal(snapshot.Elapsed.Microseconds, snapshot.Idle.Microseconds + ended.Sum());
    }

    [Fact]
    public void Refuses_what_is_no_activity()
    {
        var meter = new LeaseMeter(new FakeTimeProvider());
        Assert.Throws<ArgumentOutOfRangeException>(() => meter.Begin(Stage.Idle, "", 1));
        Assert.Throws<ArgumentOutOfRangeException>(() => meter.Begin(Stage.Vae, "", 0));
    }
}
