using System.Globalization;
using Farthing.Ledger.Money;
using Farthing.Ledger.Prices;
using Farthing.Ledger.Storage;

namespace Farthing.Ledger.Posting;

/// <summary>
/// Explains the rest of a lease: posts what is missing to idle and lost time, and the rounding that makes the money
/// of the lease the price of the whole. A second settlement posts only the differences from the first.
/// </summary>
internal sealed class LeaseSettler(ChargePoster poster, Dictionary<long, PriceVersion> prices)
{
    /// <summary>Steps: 1. idle, by day, 2. lost, 3. rounding, by price version, 4. the settlement itself.</summary>
    public void Settle(LedgerTransaction transaction, Lease lease, Settlement settlement)
    {
        var sums = LeaseSums.Read(transaction, lease.Id);
        if (sums.Work + settlement.Idle.Microseconds > settlement.Elapsed.Microseconds)
        {
            throw new LedgerException(
                LedgerFault.Invalid,
                $"The lease '{lease.Id}' lasted {settlement.Elapsed}, but {sums.Work} µs of work are charged on it and "
                    + $"{settlement.Idle} are said to be idle. Close it with what its meter says.");
        }

        var key = $"{lease.Id}/settlement-{settlement.Number.ToString(CultureInfo.InvariantCulture)}";
        PostIdle(transaction, lease, settlement, (long)sums[Stage.Idle], key);
        var lost = settlement.Elapsed.Microseconds - (long)sums.Work - settlement.Idle.Microseconds - (long)sums[Stage.Lost];
        Post(lease, Stage.Lost, key + "/lost", settlement.At, lost, estimated: true);
        PostRounding(transaction, lease, settlement.At, key);
        LeaseRows.Insert(transaction, lease.Id, settlement);
    }

    /// <summary>Idle time goes to the day it passed on, as far as heartbeats tell, so that days sum.</summary>
    private void PostIdle(LedgerTransaction transaction, Lease lease, Settlement settlement, long posted, string key)
    {
        var end = new Heartbeat(settlement.Elapsed, settlement.Idle, settlement.At);
        var days = LeaseRows.Heartbeats(transaction, lease.Id)
            .Where(beat => beat.At <= settlement.At && beat.Idle <= settlement.Idle)
            .Append(end)
            .GroupBy(static beat => beat.At.UtcDateTime.Date)
            .Select(static day => day.Last());
        foreach (var last in days)
        {
            var idle = last.Idle.Microseconds - posted;
            // A day whose idle time an earlier settlement has posted already adds nothing; only the end takes back.
            if (idle > 0 || ReferenceEquals(last, end))
            {
                Post(lease, Stage.Idle, $"{key}/idle-{last.At:yyyy-MM-dd}", last.At, idle, estimated: !settlement.IsFinal);
                posted += idle;
            }
        }
    }

    /// <summary>Posts what the money of a settled lease lacks of the price of the whole, or takes back what is too much.</summary>
    /// <returns>What was posted together.</returns>
    public Int128 PostRounding(LedgerTransaction transaction, Lease lease, DateTimeOffset at, string key)
    {
        var sums = LeaseSums.Read(transaction, lease.Id);
        PriceRecords.Complete(transaction, prices, sums.ByPrice.Keys);
        Int128 posted = 0;
        foreach (var (row, (_, amount)) in sums.ByPrice.OrderBy(static pair => pair.Key))
        {
            var price = prices[row];
            var rounding = checked((long)(sums.Expected(row, prices, lease.Cores) - amount));
            if (rounding != 0)
            {
                var fact = UsageFact.OnDevice($"{key}/rounding/{price.Id}", at, lease, Stage.Rounding, DeviceTime.Zero);
                poster.Post(fact, price, new Amount(rounding));
                posted += rounding;
            }
        }

        return posted;
    }

    private void Post(Lease lease, Stage stage, string id, DateTimeOffset at, long microseconds, bool estimated)
    {
        if (microseconds != 0)
        {
            poster.Post(UsageFact.OnDevice(id, at, lease, stage, new DeviceTime(microseconds)) with { Estimated = estimated });
        }
    }
}
