using Dapper;
using Farthing.Ledger.Money;
using Farthing.Ledger.Storage;
using Microsoft.Data.Sqlite;

namespace Farthing.Ledger.Posting;

/// <summary>How a lease's time was settled: once closed it is final, once reaped it is an estimate.</summary>
internal sealed record Settlement(int Number, bool IsFinal, DeviceTime Elapsed, DeviceTime Idle, DateTimeOffset At);

/// <summary>What a lease had counted up to an instant.</summary>
internal sealed record Heartbeat(DeviceTime Elapsed, DeviceTime Idle, DateTimeOffset At);

/// <summary>The rows of leases, heartbeats and settlements.</summary>
internal static class LeaseRows
{
    public static Lease Get(SqliteTransaction transaction, string id) => Find(transaction, id)
        ?? throw new LedgerException(LedgerFault.Unknown, $"There is no lease '{id}'. Open it before anything is posted on it.");

    public static Lease? Find(SqliteTransaction transaction, string id) => transaction.Connection!
        .Query<(string Run, string Device, string Resource, long Cores, long Started)>(
            "SELECT run_id, device, resource, cores, started_at FROM leases WHERE id = @id", new { id }, transaction)
        .Select(row => new Lease(id, row.Run, row.Device, row.Resource, (int)row.Cores, EventTime.FromMicroseconds(row.Started)))
        .SingleOrDefault();

    public static void Insert(SqliteTransaction transaction, Lease lease) => transaction.Connection!.Execute(
        "INSERT INTO leases (id, run_id, device, resource, cores, started_at) VALUES (@Id, @RunId, @Device, @Resource, @Cores, @Started)",
        new { lease.Id, lease.RunId, lease.Device, lease.Resource, lease.Cores, Started = EventTime.ToMicroseconds(lease.StartedAt) },
        transaction);

    /// <summary>The ids of the leases that were neither closed nor reaped, in order.</summary>
    public static IReadOnlyList<string> Open(SqliteTransaction transaction) => transaction.Connection!
        .Query<string>(
            "SELECT id FROM leases AS l WHERE NOT EXISTS (SELECT 1 FROM settlements WHERE lease_id = l.id) ORDER BY id",
            transaction: transaction)
        .AsList();

    /// <summary>The last settlement; null while the lease is open.</summary>
    public static Settlement? LastSettlement(SqliteTransaction transaction, string id) => transaction.Connection!
        .Query<(long Number, string Kind, long Elapsed, long Idle, long At)>(
            "SELECT number, kind, elapsed_us, idle_us, at FROM settlements WHERE lease_id = @id ORDER BY number DESC LIMIT 1",
            new { id },
            transaction)
        .Select(static row => new Settlement(
            (int)row.Number, row.Kind == "closed", new DeviceTime(row.Elapsed), new DeviceTime(row.Idle), EventTime.FromMicroseconds(row.At)))
        .SingleOrDefault();

    public static void Insert(SqliteTransaction transaction, string id, Settlement settlement) => transaction.Connection!.Execute(
        "INSERT INTO settlements (lease_id, number, kind, elapsed_us, idle_us, at) VALUES (@id, @Number, @kind, @elapsed, @idle, @at)",
        new
        {
            id,
            settlement.Number,
            kind = settlement.IsFinal ? "closed" : "reaped",
            elapsed = settlement.Elapsed.Microseconds,
            idle = settlement.Idle.Microseconds,
            at = EventTime.ToMicroseconds(settlement.At),
        },
        transaction);

    public static void Insert(SqliteTransaction transaction, string id, Heartbeat heartbeat) => transaction.Connection!.Execute(
        "INSERT INTO heartbeats (lease_id, elapsed_us, idle_us, at) VALUES (@id, @elapsed, @idle, @at) ON CONFLICT DO NOTHING",
        new
        {
            id,
            elapsed = heartbeat.Elapsed.Microseconds,
            idle = heartbeat.Idle.Microseconds,
            at = EventTime.ToMicroseconds(heartbeat.At),
        },
        transaction);

    /// <summary>All heartbeats, the earliest first.</summary>
    public static IEnumerable<Heartbeat> Heartbeats(SqliteTransaction transaction, string id) => transaction.Connection!
        .Query<(long Elapsed, long Idle, long At)>(
            "SELECT elapsed_us, idle_us, at FROM heartbeats WHERE lease_id = @id ORDER BY elapsed_us", new { id }, transaction)
        .Select(static row => new Heartbeat(new DeviceTime(row.Elapsed), new DeviceTime(row.Idle), EventTime.FromMicroseconds(row.At)));
}
