using System.Reflection;
using Farthing.Ledger.Rollups;
using Npgsql;

namespace Farthing.Ledger.Storage;

/// <summary>
/// A ledger in a schema of a PostgreSQL database, 15 or later. Writers of all processes wait for each other on an advisory lock, so that
/// links and numbers come without gaps, as they do in a SQLite file.
/// </summary>
public sealed class PostgresStore : LedgerStore
{
    // "FRTH"; the schema makes the other half of the lock's key.
    private const int LockClass = 0x46525448;

    private static readonly int Scripts = Migrations.ScriptsOf(typeof(PostgresStore).Assembly, isPostgres: true).Count();

    // One round trip: the lock, and then whether another process has brought the tables up to a later version meanwhile.
    private static readonly string Enter =
        $"SET LOCAL lock_timeout = '30s'; SELECT pg_advisory_xact_lock({LockClass}, hashtext(current_schema())); {PostgresMigrations.CountOf(typeof(PostgresStore).Assembly)}";

    private readonly Lock _gate = new();
    private readonly PostgresAddress _address;
    private readonly NpgsqlDataSource _source;
    private readonly ChargeKinds _kinds = new();
    private readonly HashSet<(int Year, int Month)> _months = [];

    private PostgresStore(PostgresAddress address)
    {
        _address = address;
        _source = NpgsqlDataSource.Create(address.Settings);
    }

    /// <inheritdoc/>
    public override string Name => _address.ToString();

    /// <summary>Connects, and brings the ledger's tables up to date where that is wanted and may be done.</summary>
    /// <exception cref="LedgerException">
    /// The server or the database can't be reached, the tables are newer, or they are older and the role may not change them.
    /// </exception>
    public static PostgresStore Open(PostgresAddress address)
    {
        ArgumentNullException.ThrowIfNull(address);
        var store = new PostgresStore(address);
        try
        {
            store.Migrate(typeof(PostgresStore).Assembly);
            return store;
        }
        catch
        {
            store.Dispose();
            throw;
        }
    }

    /// <inheritdoc/>
    public override void Migrate(Assembly assembly)
    {
        lock (_gate)
        {
            Guarded(() =>
            {
                using var connection = _source.OpenConnection();
                PostgresMigrations.Run(
                    connection, _address, assembly, LockClass, () => RollupStart.IsMade(new LedgerTransaction(connection, null, null, null)), () => MakeRollups(connection));
                return true;
            });
        }
    }

    /// <summary>The ledger's lock is held by the connection.</summary>
    private void MakeRollups(NpgsqlConnection connection)
    {
        using var transaction = connection.BeginTransaction();
        try
        {
            RollupStart.Ensure(new LedgerTransaction(connection, transaction, null, _kinds));
            transaction.Commit();
            _kinds.Keep();
        }
        catch (PostgresException error) when (error.SqlState == PostgresErrorCodes.InsufficientPrivilege)
        {
            throw new LedgerException(
                LedgerFault.ReadOnly, $"{Name}: the sums that reports read are not made yet, and the role '{_address.Settings.Username}' may not make them. Run this command once as the owner.", error);
        }
        finally
        {
            _kinds.Forget();
        }
    }

    /// <inheritdoc/>
    public override T Write<T>(Func<LedgerTransaction, T> work)
    {
        ArgumentNullException.ThrowIfNull(work);
        lock (_gate)
        {
            return Guarded(() =>
            {
                using var connection = _source.OpenConnection();
                using var transaction = connection.BeginTransaction();
                WaitForLock(connection, transaction);

                var rows = new PostgresRows(connection, transaction, _months);
                var ledger = new LedgerTransaction(connection, transaction, rows, _kinds);
                try
                {
                    var result = work(ledger);
                    ledger.Seal();
                    transaction.Commit();
                    _kinds.Keep();
                    rows.Keep();
                    return result;
                }
                finally
                {
                    _kinds.Forget();
                }
            });
        }
    }

    /// <inheritdoc/>
    public override T Read<T>(Func<LedgerTransaction, T> query)
    {
        ArgumentNullException.ThrowIfNull(query);
        return Guarded(() =>
        {
            using var connection = _source.OpenConnection();
            using var transaction = connection.BeginTransaction(System.Data.IsolationLevel.RepeatableRead);
            return query(new LedgerTransaction(connection, transaction, null, null));
        });
    }

    /// <inheritdoc/>
    protected override void Dispose(bool disposing) => _source.Dispose();

    private void WaitForLock(NpgsqlConnection connection, NpgsqlTransaction transaction)
    {
        // Longer than the wait for the lock, so that it is the server that says who holds it.
        using var wait = new NpgsqlCommand(Enter, connection, transaction) { CommandTimeout = 60 };
        using var row = wait.ExecuteReader();
        row.NextResult();
        row.Read();
        if (row.GetInt64(0) > Scripts)
        {
            throw new LedgerException(LedgerFault.NewerVersion, $"{Name} was changed by a newer Farthing while this one was running. Update this one too; nothing was written.");
        }
    }

    private T Guarded<T>(Func<T> work)
    {
        try
        {
            return work();
        }
        catch (NpgsqlException error)
        {
            throw LedgerException.From(error, Name);
        }
    }
}
