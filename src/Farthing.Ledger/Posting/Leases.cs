using System.Diagnostics.CodeAnalysis;
using Farthing.Ledger.Money;
using Farthing.Ledger.Prices;
using Farthing.Ledger.Storage;

namespace Farthing.Ledger.Posting;

/// <summary>
/// Leases of devices: opened, kept alive by heartbeats, and closed with every microsecond explained
/// (stages + warm-up + idle + lost = the lease), or reaped when their process died.
/// </summary>
[SuppressMessage("Performance", "CA1822", Justification = "Callers reach all of it through one journal.")]
public sealed class Leases
{
    private readonly ChargePoster _poster;
    private readonly Dictionary<long, PriceVersion> _prices;
    private readonly LeaseSettler _settler;

    internal Leases(ChargePoster poster, Dictionary<long, PriceVersion> prices) =>
        (_poster, _prices, _settler) = (poster, prices, new LeaseSettler(poster, prices));

    /// <summary>Opens a lease; the same lease again changes nothing.</summary>
    /// <returns>Whether it is new.</returns>
    /// <exception cref="LedgerException">The id stands for another lease.</exception>
    public bool Open(LedgerTransaction transaction, Lease lease)
    {
        ArgumentNullException.ThrowIfNull(transaction);
        ArgumentNullException.ThrowIfNull(lease);
        if (lease.Cores < 1 || lease.Id == "" || lease.RunId == "" || lease.Resource == "")
        {
            throw new LedgerException(LedgerFault.Invalid, $"The lease '{lease.Id}' must have an id, a run, a resource and at least one core; it is {lease}.");
        }

        if (LeaseRows.Find(transaction, lease.Id) is { } stored)
        {
            return stored == lease
                ? false
                : throw new LedgerException(LedgerFault.Conflict, $"The lease '{lease.Id}' is open as {stored}, not as {lease}.");
        }

        LeaseRows.Insert(transaction, lease);
        return true;
    }

    /// <summary>Records what the lease's meter has counted so far, so that little is unknown if the process dies.</summary>
    /// <param name="transaction">An open write transaction.</param>
    /// <param name="leaseId">The lease.</param>
    /// <param name="elapsed">Time since it was opened.</param>
    /// <param name="idle">Idle time in it.</param>
    /// <param name="at">When this was read.</param>
    /// <exception cref="LedgerException">The lease is unknown, the times are no times, or it said another idle time at this elapsed time.</exception>
    public void Heartbeat(LedgerTransaction transaction, string leaseId, DeviceTime elapsed, DeviceTime idle, DateTimeOffset at)
    {
        ArgumentNullException.ThrowIfNull(transaction);
        _ = LeaseRows.Get(transaction, leaseId);
        RefuseBadTimes(leaseId, elapsed, idle);
        if (!LeaseRows.Insert(transaction, leaseId, new Heartbeat(elapsed, idle, at))
            && LeaseRows.Heartbeats(transaction, leaseId).First(beat => beat.Elapsed == elapsed).Idle is var stored
            && stored != idle)
        {
            throw new LedgerException(LedgerFault.Conflict, $"The lease '{leaseId}' has said {stored} idle after {elapsed}, not {idle}: a meter has one reading at a time.");
        }
    }

    /// <summary>
    /// Closes a lease for good: posts its idle time, what no charge explains as lost, and the rounding that makes its
    /// money the price of the whole lease. Post all its charges before. The same close again changes nothing.
    /// </summary>
    /// <param name="transaction">An open write transaction.</param>
    /// <param name="leaseId">The lease.</param>
    /// <param name="elapsed">Time from open to close.</param>
    /// <param name="idle">Idle time in it.</param>
    /// <param name="at">When it was closed.</param>
    /// <returns>Whether it is closed by this call.</returns>
    /// <exception cref="LedgerException">
    /// The lease is unknown, was closed with other times, or has more time charged than it lasted.
    /// </exception>
    public bool Close(LedgerTransaction transaction, string leaseId, DeviceTime elapsed, DeviceTime idle, DateTimeOffset at)
    {
        ArgumentNullException.ThrowIfNull(transaction);
        var lease = LeaseRows.Get(transaction, leaseId);
        RefuseBadTimes(leaseId, elapsed, idle);
        var last = LeaseRows.LastSettlement(transaction, leaseId);
        if (last is { IsFinal: true })
        {
            return (last.Elapsed, last.Idle) == (elapsed, idle)
                ? false
                : throw new LedgerException(
                    LedgerFault.Conflict,
                    $"The lease '{leaseId}' is closed after {last.Elapsed} with {last.Idle} idle, not {elapsed} with {idle}.");
        }

        _poster.Enter(transaction);
        _settler.Settle(transaction, lease, new Settlement((last?.Number ?? 0) + 1, IsFinal: true, elapsed, idle, at));
        return true;
    }

    /// <summary>The leases that were neither closed nor reaped, by id.</summary>
    public IReadOnlyList<string> FindOpen(LedgerTransaction transaction)
    {
        ArgumentNullException.ThrowIfNull(transaction);
        return LeaseRows.Open(transaction);
    }

    /// <summary>
    /// Settles a lease whose process is known to be dead, by its last heartbeat: what no charge explains is posted as
    /// lost, marked as estimated, and its open attempts are lost. A lease that is settled already stays as it is.
    /// </summary>
    /// <returns>Whether it is settled by this call.</returns>
    /// <exception cref="LedgerException">The lease is unknown.</exception>
    public bool Reap(LedgerTransaction transaction, string leaseId)
    {
        ArgumentNullException.ThrowIfNull(transaction);
        var lease = LeaseRows.Get(transaction, leaseId);
        if (LeaseRows.LastSettlement(transaction, leaseId) is not null)
        {
            return false;
        }

        var sign = LastSignOfLife(transaction, lease);
        Estimate(transaction, lease, new Settlement(1, IsFinal: false, sign.Elapsed, sign.Idle, sign.At));
        Attempts.LoseOpen(transaction, leaseId, sign.At);
        return true;
    }

    /// <summary>Reaps every open lease that gave no sign of life since an instant.</summary>
    /// <returns>The leases that it reaped.</returns>
    public IReadOnlyList<string> ReapStale(LedgerTransaction transaction, DateTimeOffset since)
    {
        ArgumentNullException.ThrowIfNull(transaction);
        return [.. LeaseRows.Open(transaction).Where(id =>
            LastSignOfLife(transaction, LeaseRows.Get(transaction, id)).At < since && Reap(transaction, id))];
    }

    /// <summary>Holds the charges of a lease against its time and its price.</summary>
    /// <exception cref="LedgerException">The lease is unknown.</exception>
    public LeaseBalance Reconcile(LedgerTransaction transaction, string leaseId)
    {
        ArgumentNullException.ThrowIfNull(transaction);
        return Balance(transaction, leaseId, _prices);
    }

    internal static LeaseBalance Balance(LedgerTransaction transaction, string leaseId, Dictionary<long, PriceVersion> prices)
    {
        var lease = LeaseRows.Get(transaction, leaseId);
        var sums = LeaseSums.Read(transaction, leaseId);
        PriceRecords.Complete(transaction, prices, sums.ByPrice.Keys);
        var settlement = LeaseRows.LastSettlement(transaction, leaseId);
        return new LeaseBalance
        {
            LeaseId = leaseId,
            IsSettled = settlement is not null,
            Elapsed = settlement?.Elapsed ?? LastSignOfLife(transaction, lease).Elapsed,
            Stages = Time(sums.Work - sums[Stage.WarmUp]),
            WarmUp = Time(sums[Stage.WarmUp]),
            Idle = Time(sums[Stage.Idle]),
            Lost = Time(sums[Stage.Lost]),
            Posted = new CurrencyAmount(sums.Posted, Currency.Usd),
            Expected = new CurrencyAmount(sums.Expected(prices, lease.Cores), Currency.Usd),
            UnpricedQuantity = sums.UnpricedQuantity,
        };
    }

    /// <summary>Takes back from lost what late charges of a reaped lease explain after all.</summary>
    internal void Resettle(LedgerTransaction transaction, Lease lease, Settlement last) =>
        Estimate(transaction, lease, last with { Number = last.Number + 1 });

    /// <summary>Charges may say more than the last heartbeat; then they are believed.</summary>
    private void Estimate(LedgerTransaction transaction, Lease lease, Settlement estimate)
    {
        var explained = Time(LeaseSums.Read(transaction, lease.Id).Work) + estimate.Idle;
        _poster.Enter(transaction);
        _settler.Settle(transaction, lease, estimate with { Elapsed = explained > estimate.Elapsed ? explained : estimate.Elapsed });
    }

    private static Heartbeat LastSignOfLife(LedgerTransaction transaction, Lease lease) =>
        LeaseRows.Heartbeats(transaction, lease.Id).LastOrDefault(new Heartbeat(DeviceTime.Zero, DeviceTime.Zero, lease.StartedAt));

    private static DeviceTime Time(Int128 microseconds) => new(checked((long)microseconds));

    private static void RefuseBadTimes(string leaseId, DeviceTime elapsed, DeviceTime idle)
    {
        if (idle < DeviceTime.Zero || idle > elapsed)
        {
            throw new LedgerException(LedgerFault.Invalid, $"The lease '{leaseId}' can't have {idle} idle in {elapsed}.");
        }
    }
}
