using System.Reflection;
using Farthing.Ledger.Chain;
using Farthing.Ledger.Rollups;
using Microsoft.Data.Sqlite;
using SQLitePCL;

namespace Farthing.Ledger.Storage;

/// <summary>
/// One SQLite file with one writer at a time: WAL, <c>synchronous=FULL</c>, foreign keys, <c>BEGIN IMMEDIATE</c>.
/// </summary>
public sealed class SqliteFile : LedgerStore
{
    private readonly Lock _gate = new();
    private readonly string _connectionString;
    private readonly SqliteConnection _writer;
    private readonly SqliteRows _rows;
    private readonly ChargeKinds _kinds = new();
    private long? _schema;

    private SqliteFile(string path, SqliteConnection writer, string connectionString)
    {
        (Path, _writer, _connectionString) = (path, writer, connectionString);
        _rows = new SqliteRows(writer, _kinds);
    }

    /// <summary>Where the file is.</summary>
    public string Path { get; }

    /// <inheritdoc/>
    public override string Name => Path;

    /// <summary>Opens or makes the file and brings the ledger's own tables up to date.</summary>
    /// <param name="path">The file; its folder must exist.</param>
    /// <param name="busySeconds">How long to wait for another process, 1 or more.</param>
    /// <exception cref="LedgerException">The file is locked, read-only, damaged, newer, or not a ledger.</exception>
    public static SqliteFile Open(string path, int busySeconds = 30)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(busySeconds, 1);
        var connectionString = new SqliteConnectionStringBuilder
        {
            DataSource = path,
            ForeignKeys = true,
            DefaultTimeout = busySeconds,
            // A replaced row must meet the triggers that forbid deleting it.
            RecursiveTriggers = true,
        }.ToString();
        SqliteAside.RefuseCutOff(path);
        SqliteConnection? writer = null;
        try
        {
            // The writer lives as long as this file; in the readers' pool, another file's end could close it.
            writer = Connect(new SqliteConnectionStringBuilder(connectionString) { Pooling = false }.ToString());
            var file = new SqliteFile(path, writer, connectionString);
            Migrations.RefuseForeignFile(writer, path);
            Execute(writer, "PRAGMA journal_mode = WAL");

            // The ends of a large ledger's indices stay in memory: 24 MB, taken as they are used.
            Execute(writer, "PRAGMA cache_size = -24576");

            // A page that many transactions change goes to the file once in 32 MB of them.
            Execute(writer, "PRAGMA wal_autocheckpoint = 8000");
            file.Migrate(typeof(SqliteFile).Assembly);
            return file;
        }
        catch (Exception error)
        {
            writer?.Dispose();
            if (error is SqliteException sqlite)
            {
                throw LedgerException.From(sqlite, path);
            }

            throw;
        }
    }

    /// <summary>Refuses to begin a new ledger where a restore of the old one was cut off, as <see cref="Open"/> does.</summary>
    /// <param name="path">The file, which is not there.</param>
    /// <exception cref="LedgerException">One was.</exception>
    public static void RefuseCutOff(string path) => SqliteAside.RefuseCutOff(path);

    /// <inheritdoc/>
    public override void RefuseReadOnly()
    {
        lock (_gate)
        {
            if (raw.sqlite3_db_readonly(_writer.Handle, "main") == 1)
            {
                throw LedgerException.From(new SqliteException("read-only", raw.SQLITE_READONLY), Path);
            }
        }
    }

    /// <inheritdoc/>
    public override void Migrate(Assembly assembly)
    {
        lock (_gate)
        {
            try
            {
                Migrations.Run(_writer, assembly, Path, () =>
                {
                    var ledger = new LedgerTransaction(_writer, null, _rows, _kinds);
                    _rows.Enter(ledger);
                    SqliteCompaction.Ensure(ledger, _rows.Charges);
                    ChainStart.Ensure(ledger);
                    RollupStart.Ensure(ledger);
                });
                _kinds.Keep();
            }
            catch (SqliteException error)
            {
                throw LedgerException.From(error, Path);
            }
            finally
            {
                _kinds.Forget();
            }
        }
    }

    /// <inheritdoc/>
    public override T Write<T>(Func<LedgerTransaction, T> work)
    {
        ArgumentNullException.ThrowIfNull(work);
        lock (_gate)
        {
            try
            {
                using var transaction = _writer.BeginTransaction(deferred: false);
                RefuseNewer(transaction);
                var ledger = new LedgerTransaction(_writer, transaction, _rows, _kinds);
                _rows.Enter(ledger);
                var result = work(ledger);
                ledger.Seal();
                transaction.Commit();
                _kinds.Keep();
                return result;
            }
            catch (SqliteException error)
            {
                throw LedgerException.From(error, Path);
            }
            finally
            {
                _kinds.Forget();
            }
        }
    }

    /// <inheritdoc/>
    public override T Read<T>(Func<LedgerTransaction, T> query)
    {
        ArgumentNullException.ThrowIfNull(query);
        try
        {
            using var connection = Connect(_connectionString);
            using var transaction = connection.BeginTransaction(deferred: true);
            return query(new LedgerTransaction(connection, transaction, null, null));
        }
        catch (SqliteException error)
        {
            throw LedgerException.From(error, Path);
        }
    }

    /// <inheritdoc/>
    protected override void Dispose(bool disposing)
    {
        lock (_gate)
        {
            using var reader = new SqliteConnection(_connectionString);
            SqliteConnection.ClearPool(reader);
            _rows.Dispose();
            _writer.Dispose();
        }
    }

    /// <summary>Another process may have brought the file up to a later version, whose sums this one would not keep. SQLite counts changes of the schema.</summary>
    private void RefuseNewer(SqliteTransaction transaction)
    {
        using var command = _writer.CreateCommand();
        command.Transaction = transaction;
        command.CommandText = "PRAGMA schema_version";
        var schema = (long)command.ExecuteScalar()!;
        if (schema != _schema)
        {
            Migrations.RefuseNewer(_writer, typeof(SqliteFile).Assembly, Path);
            _schema = schema;
        }
    }

    private static SqliteConnection Connect(string connectionString)
    {
        var connection = new SqliteConnection(connectionString);
        connection.Open();
        Execute(connection, "PRAGMA synchronous = FULL");
        connection.CreateFunction("charge_key", static (string id) => ChargeKey.Of(id), isDeterministic: true);
        connection.CreateFunction("charge_key", static (string run, string render) => ChargeKey.Of($"{run}/{render}"), isDeterministic: true);
        return connection;
    }

    private static void Execute(SqliteConnection connection, string sql)
    {
        using var command = connection.CreateCommand();
        command.CommandText = sql;
        command.ExecuteNonQuery();
    }
}
