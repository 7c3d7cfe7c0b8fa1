using System.Reflection;
using Microsoft.Data.Sqlite;

namespace Farthing.Ledger.Storage;

/// <summary>
/// One SQLite file with one writer at a time: WAL, <c>synchronous=FULL</c>, foreign keys, <c>BEGIN IMMEDIATE</c>.
/// Other stores may live in the same file, and share a transaction with the ledger.
/// </summary>
/// <remarks>Safe for threads: writers wait for each other, readers see the last commit and wait for no one.</remarks>
public sealed class SqliteFile : IDisposable
{
    private readonly Lock _gate = new();
    private readonly string _connectionString;
    private readonly SqliteConnection _writer;

    private SqliteFile(string path, SqliteConnection writer, string connectionString) =>
        (Path, _writer, _connectionString) = (path, writer, connectionString);

    /// <summary>Where the file is.</summary>
    public string Path { get; }

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
        SqliteConnection? writer = null;
        try
        {
            // The writer lives as long as this file; in the readers' pool, another file's end could close it.
            writer = Connect(new SqliteConnectionStringBuilder(connectionString) { Pooling = false }.ToString());
            var file = new SqliteFile(path, writer, connectionString);
            Migrations.RefuseForeignFile(writer, path);
            Execute(writer, "PRAGMA journal_mode = WAL");
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

    /// <summary>
    /// Runs the scripts that are embedded in an assembly (every resource that ends in <c>.sql</c>, in the order of
    /// their names) and have not run on this file yet, all or none.
    /// </summary>
    /// <exception cref="LedgerException">The file has scripts of this assembly that the assembly lacks: it is newer.</exception>
    public void Migrate(Assembly assembly)
    {
        lock (_gate)
        {
            Migrations.Run(_writer, assembly, Path);
        }
    }

    /// <summary>Runs work in one write transaction: it commits when the work returns and rolls back when it throws.</summary>
    /// <remarks>The work must not call <c>Write</c> again, and keeps nothing of the transaction.</remarks>
    /// <exception cref="LedgerException">The file can't be written; nothing was kept.</exception>
    public T Write<T>(Func<SqliteTransaction, T> work)
    {
        ArgumentNullException.ThrowIfNull(work);
        lock (_gate)
        {
            try
            {
                using var transaction = _writer.BeginTransaction(deferred: false);
                var result = work(transaction);
                transaction.Commit();
                return result;
            }
            catch (SqliteException error)
            {
                throw LedgerException.From(error, Path);
            }
        }
    }

    /// <inheritdoc cref="Write{T}"/>
    public void Write(Action<SqliteTransaction> work)
    {
        ArgumentNullException.ThrowIfNull(work);
        Write(transaction =>
        {
            work(transaction);
            return true;
        });
    }

    /// <summary>Runs a query on one unchanging state of the file.</summary>
    /// <exception cref="LedgerException">The file can't be read.</exception>
    public T Read<T>(Func<SqliteTransaction, T> query)
    {
        ArgumentNullException.ThrowIfNull(query);
        try
        {
            using var connection = Connect(_connectionString);
            using var transaction = connection.BeginTransaction(deferred: true);
            return query(transaction);
        }
        catch (SqliteException error)
        {
            throw LedgerException.From(error, Path);
        }
    }

    /// <summary>Closes the file.</summary>
    public void Dispose()
    {
        lock (_gate)
        {
            using var reader = new SqliteConnection(_connectionString);
            SqliteConnection.ClearPool(reader);
            _writer.Dispose();
        }
    }

    private static SqliteConnection Connect(string connectionString)
    {
        var connection = new SqliteConnection(connectionString);
        connection.Open();
        Execute(connection, "PRAGMA synchronous = FULL");
        return connection;
    }

    private static void Execute(SqliteConnection connection, string sql)
    {
        using var command = connection.CreateCommand();
        command.CommandText = sql;
        command.ExecuteNonQuery();
    }
}
