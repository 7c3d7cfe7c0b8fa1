using System.Reflection;

namespace Farthing.Ledger.Storage;

/// <summary>Where a ledger is kept, with one writer at a time. Other tables may live beside it and share a transaction with it.</summary>
/// <remarks>Safe for threads: writers wait for each other, readers see the last commit and wait for no one.</remarks>
public abstract class LedgerStore : IDisposable
{
    /// <summary>What it is called in messages: a path, or a server and a database without the password.</summary>
    public abstract string Name { get; }

    /// <summary>Opens a ledger by what it is called.</summary>
    /// <param name="connection">
    /// <c>postgres://user:password@host/database</c> or Npgsql's <c>Host=…;Database=…</c> for PostgreSQL 15 and later, else the path
    /// of a SQLite file.
    /// </param>
    /// <exception cref="LedgerException">The store can't be used.</exception>
    public static LedgerStore Open(string connection) => PostgresAddress.TryParse(connection, out var address)
        ? PostgresStore.Open(address)
        : SqliteFile.Open(connection);

    /// <summary>
    /// Runs the scripts for this kind of store that are embedded in an assembly and have not run on it yet, all or none:
    /// <c>….Postgres.*.sql</c> for PostgreSQL, every other <c>*.sql</c> for SQLite, in the order of their names.
    /// </summary>
    /// <exception cref="LedgerException">The store has scripts of this assembly that the assembly lacks: it is newer.</exception>
    public abstract void Migrate(Assembly assembly);

    /// <summary>Refuses a file that SQLite has opened for reading alone, as this user may not write it. Elsewhere a write has to tell.</summary>
    /// <exception cref="LedgerException">It is one.</exception>
    public virtual void RefuseReadOnly()
    {
    }

    /// <summary>Runs work in one write transaction: it commits when the work returns and rolls back when it throws.</summary>
    /// <remarks>The work must not call <c>Write</c> again, and keeps nothing of the transaction.</remarks>
    /// <exception cref="LedgerException">The store can't be written.</exception>
    public abstract T Write<T>(Func<LedgerTransaction, T> work);

    /// <inheritdoc cref="Write{T}"/>
    public void Write(Action<LedgerTransaction> work)
    {
        ArgumentNullException.ThrowIfNull(work);
        Write(transaction =>
        {
            work(transaction);
            return true;
        });
    }

    /// <summary>Runs a query on one unchanging state of the store.</summary>
    /// <exception cref="LedgerException">The store can't be read.</exception>
    public abstract T Read<T>(Func<LedgerTransaction, T> query);

    /// <summary>Closes the store.</summary>
    public void Dispose()
    {
        Dispose(disposing: true);
        GC.SuppressFinalize(this);
    }

    /// <summary>Lets connections go.</summary>
    protected abstract void Dispose(bool disposing);
}
