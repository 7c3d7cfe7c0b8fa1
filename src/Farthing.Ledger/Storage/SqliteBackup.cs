using Farthing.Ledger.Chain;
using Microsoft.Data.Sqlite;

namespace Farthing.Ledger.Storage;

/// <summary>Copies of a SQLite ledger that are checked before they count.</summary>
public static class SqliteBackup
{
    /// <summary>Copies a ledger while it is read and written, and verifies the copy.</summary>
    /// <param name="source">The ledger; it need not be open here.</param>
    /// <param name="target">The copy, which must not be there yet.</param>
    /// <param name="annexes">What lies beside the ledger and is checked too.</param>
    /// <returns>What the check of the copy found; the copy is kept only when it is whole.</returns>
    /// <exception cref="LedgerException">A file can't be read or written, or the target is there already.</exception>
    public static LedgerCheck Copy(string source, string target, params ILedgerAnnex[] annexes)
    {
        ArgumentNullException.ThrowIfNull(source);
        ArgumentNullException.ThrowIfNull(target);
        if (File.Exists(target))
        {
            throw new LedgerException(LedgerFault.Unavailable, $"{target} is there already. Name another file; a backup never replaces one.");
        }

        var part = target + ".part";
        try
        {
            Remove(part);
            var check = CopyAndCheck(source, part, annexes);
            if (check.IsWhole)
            {
                Flush(part);
                File.Move(part, target);
                DurableFiles.FlushFolderOf(target);
            }

            return check;
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw new LedgerException(LedgerFault.Unavailable, $"{target} can't be written: {error.Message}", error);
        }
        finally
        {
            Remove(part);
        }
    }

    /// <summary>Puts a backup in the place of a ledger, which is kept beside it under another name.</summary>
    /// <param name="backup">A file that <see cref="Copy"/> made.</param>
    /// <param name="ledger">Where the ledger is, or is to be.</param>
    /// <param name="annexes">What lies beside the ledger and is checked too.</param>
    /// <returns>What the check of the backup found, and where the ledger from before is; nothing is changed when it is not whole.</returns>
    /// <exception cref="LedgerException">A file can't be read or written, or the ledger is in use.</exception>
    public static (LedgerCheck Check, string? Before) Restore(string backup, string ledger, params ILedgerAnnex[] annexes)
    {
        ArgumentNullException.ThrowIfNull(backup);
        ArgumentNullException.ThrowIfNull(ledger);
        var part = SqliteAside.PartOf(ledger);
        try
        {
            Remove(part);
            var check = CopyAndCheck(backup, part, annexes);
            if (!check.IsWhole)
            {
                return (check, null);
            }

            Flush(part);
            var before = File.Exists(ledger) ? SqliteAside.Take(ledger) : null;
            try
            {
                File.Move(part, ledger);
            }
            catch when (before is not null)
            {
                SqliteAside.Move(before, ledger);
                throw;
            }

            DurableFiles.FlushFolderOf(ledger);
            return (check, before);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw new LedgerException(LedgerFault.Unavailable, $"{ledger} can't be written: {error.Message}", error);
        }
        finally
        {
            Remove(part);
        }
    }

    /// <summary>What is wrong with the copy is wrong with what it is a copy of, which is the one that people know.</summary>
    private static LedgerCheck CopyAndCheck(string source, string part, ILedgerAnnex[] annexes)
    {
        try
        {
            CopyPages(source, part, annexes);
            return Check(part, annexes);
        }
        catch (LedgerException error) when (error.Fault == LedgerFault.Corrupt)
        {
            var problems = new LedgerProblems();
            problems.Add(new LedgerProblem(0, source, $"is damaged, or no SQLite file: {error.InnerException?.Message ?? error.Message}"));
            return LedgerCheck.Of(problems);
        }
        catch (LedgerException error) when (error.Message.Contains(part, StringComparison.Ordinal))
        {
            throw new LedgerException(error.Fault, error.Message.Replace(part, source, StringComparison.Ordinal), error);
        }
    }

    /// <summary>SQLite's online backup: one state of the source, while others go on writing it.</summary>
    private static void CopyPages(string source, string target, ILedgerAnnex[] annexes)
    {
        try
        {
            using var from = Open(source, SqliteOpenMode.ReadWrite);
            Migrations.RefuseNoLedger(from, typeof(SqliteFile).Assembly, source);
            foreach (var scripts in annexes.Select(static annex => annex.Scripts).Prepend(typeof(SqliteFile).Assembly))
            {
                Migrations.RefuseNewer(from, scripts, source);
            }

            using var to = Open(target, SqliteOpenMode.ReadWriteCreate);
            from.BackupDatabase(to);
        }
        catch (SqliteException error)
        {
            throw LedgerException.From(error, source);
        }
    }

    /// <summary>Holds the pages against SQLite's own rules, then the rows against the ledger's. An old ledger is brought up to date by it.</summary>
    private static LedgerCheck Check(string path, ILedgerAnnex[] annexes)
    {
        using (var connection = Open(path, SqliteOpenMode.ReadWrite))
        using (var command = connection.CreateCommand())
        {
            command.CommandText = "PRAGMA integrity_check(1)";
            if (command.ExecuteScalar() is not "ok" and var fault)
            {
                throw new LedgerException(LedgerFault.Corrupt, $"{fault}.");
            }
        }

        using var store = SqliteFile.Open(path);
        return LedgerVerifier.Verify(store, null, annexes);
    }

    internal static SqliteConnection Open(string path, SqliteOpenMode mode)
    {
        var connection = new SqliteConnection(new SqliteConnectionStringBuilder { DataSource = path, Mode = mode, Pooling = false, DefaultTimeout = 5 }.ToString());
        connection.Open();
        return connection;
    }

    private static void Flush(string path)
    {
        using var file = new FileStream(path, FileMode.Open, FileAccess.ReadWrite);
        file.Flush(flushToDisk: true);
    }

    private static void Remove(string path)
    {
        File.Delete(path);
        File.Delete(path + "-wal");
        File.Delete(path + "-shm");
    }
}
