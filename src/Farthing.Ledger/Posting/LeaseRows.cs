using Farthing.Ledger.Chain;
using Farthing.Ledger.Money;
using Farthing.Ledger.Storage;

namespace Farthing.Ledger.Posting;

/// <summary>How a lease's time was settled: once closed it is final, once reaped it is an estimate.</summary>
internal sealed record Settlement(int Number, bool IsFinal, DeviceTime Elapsed, DeviceTime Idle, DateTimeOffset At);

/// <summary>What a lease had counted up to an instant.</summary>
internal sealed record Heartbeat(DeviceTime Elapsed, DeviceTime Idle, DateTimeOffset At);

/// <summary>The rows of leases, heartbeats and settlements.</summary>
internal static class LeaseRows
{
    public static Lease Get(LedgerTransaction transaction, string id) => Find(transaction, id)
        ?? throw new LedgerException(LedgerFault.Unknown, $"There is no lease '{id}'. Open it before anything is posted on it.");

    public static Lease? Find(LedgerTransaction transaction, string id) => transaction
        .Query<(string Run, string Device, string Resource, long Cores, long Started)>(
            "SELECT run_id, device, resource, cores, started_at FROM leases WHERE id = @id", new { id })
        .Select(row => new Lease(id, row.Run, row.Device, row.Resource, (int)row.Cores, EventTime.FromMicroseconds(row.Started)))
        .SingleOrDefault();

    public static void Insert(LedgerTransaction transaction, Lease lease) => transaction.Insert(
        LedgerTables.Leases, lease.Id, lease.RunId, lease.Device, lease.Resource, (long)lease.Cores, EventTime.ToMicroseconds(lease.StartedAt));

    /// <summary>The ids of the leases that were neither closed nor reaped, in order.</summary>
    public static IReadOnlyList<string> Open(LedgerTransaction transaction) => transaction
        .Query<string>(
            "SELECT id FROM leases AS l WHERE NOT EXISTS (SELECT 1 FROM settlements WHERE lease_id = l.id)")
        .Order(StringComparer.Ordinal)
        .ToList();

    /// <summary>The last settlement; null while the lease is open.</summary>
    public static Settlement? LastSettlement(LedgerTransaction transaction, string id) => transaction
        .Query<(long Number, string Kind, long Elapsed, long Idle, long At)>(
            "SELECT number, kind, elapsed_us, idle_us, at FROM settlements WHERE lease_id = @id ORDER BY number DESC LIMIT 1",
            new { id })
        .Select(static row => new Settlement(
            (int)row.Number, row.Kind == "closed", new DeviceTime(row.Elapsed), new DeviceTime(row.Idle), EventTime.FromMicroseconds(row.At)))
        .SingleOrDefault();

    public static void Insert(LedgerTransaction transaction, string id, Settlement settlement) => transaction.Insert(
        LedgerTables.Settlements,
        id,
        (long)settlement.Number,
        settlement.IsFinal ? "closed" : "reaped",
        settlement.Elapsed.Microseconds,
        settlement.Idle.Microseconds,
        EventTime.ToMicroseconds(settlement.At));

    /// <returns>Whether it is new: one of the same elapsed time stays.</returns>
    public static bool Insert(LedgerTransaction transaction, string id, Heartbeat heartbeat) => transaction.Insert(
        LedgerTables.Heartbeats, id, heartbeat.Elapsed.Microseconds, heartbeat.Idle.Microseconds, EventTime.ToMicroseconds(heartbeat.At)) is not null;

    /// <summary>All heartbeats, the earliest first.</summary>
    public static IEnumerable<Heartbeat> Heartbeats(LedgerTransaction transaction, string id) => transaction
        .Query<(long Elapsed, long Idle, long At)>(
            "SELECT elapsed_us, idle_us, at FROM heartbeats WHERE lease_id = @id ORDER BY elapsed_us", new { id })
        .Select(static row => new Heartbeat(new DeviceTime(row.Elapsed), new DeviceTime(row.Idle), EventTime.FromMicroseconds(row.At)));
}
